package io.meridian.outbox.relay;

import static io.meridian.outbox.relay.Unconfirmed.NOTHING;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.ChangeLog.Reading;
import io.meridian.outbox.relay.Publisher.Publishing;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One uninterrupted attempt at relaying, step by step on the caller's thread: from the confirmed position until it ends or fails.
 *
 * <p>Guarantees that a position is confirmed only after everything up to it has been acknowledged, that events are handed to the
 * publisher in the order of the log, and that what was read before a long silence is not published without asking the log whether this
 * reading still is the one it admits. Does not wait, has no thread and no clock but the one it is given; a step that throws has ended
 * the session, and whoever drives it closes it and opens another. {@link Relay} drives it for a service; a simulation drives it itself.
 */
public final class RelaySession implements AutoCloseable {

    /** What a step did. */
    public enum Step {
        /** Handed an event to the publisher. */
        SENT,
        /** Read the end of a transaction. */
        ENDED,
        /** Confirmed a position to the log. */
        CONFIRMED,
        /** Nothing, for as much is unacknowledged as may be; the log was shown that its reader lives. */
        FULL,
        /** Nothing, for there is nothing to do; the log was confirmed as far as it was read, if nothing is outstanding. */
        IDLE
    }

    /**
     * Longer silences than this are followed by a question to the log before anything is published. Well below the 60 s after which
     * PostgreSQL gives up a silent reader (wal_sender_timeout), and long enough that a working relay hardly ever asks.
     */
    static final Duration TRUSTED_SILENCE = Duration.ofSeconds(10);

    private final Reading reading;
    private final Publishing publishing;
    private final RelaySettings settings;
    private final Consumer<StoredEvent> acknowledged;
    private final LongSupplier nanoClock;
    private final Unconfirmed unconfirmed = new Unconfirmed();
    private long confirmedPosition;
    private long lastSign;

    private RelaySession(
            Reading reading,
            Publishing publishing,
            RelaySettings settings,
            Consumer<StoredEvent> acknowledged,
            LongSupplier nanoClock) {
        this.reading = reading;
        this.publishing = publishing;
        this.settings = settings;
        this.acknowledged = acknowledged;
        this.nanoClock = nanoClock;
        this.lastSign = nanoClock.getAsLong();
    }

    /**
     * Opens the log and the publisher.
     *
     * @param acknowledged told each event when the publisher has acknowledged it and everything before it, in the order of the log
     * @throws SlotInUseException if another instance is reading
     */
    public static RelaySession open(
            ChangeLog changeLog,
            Publisher publisher,
            RelaySettings settings,
            Consumer<StoredEvent> acknowledged,
            LongSupplier nanoClock)
            throws Exception {
        var reading = changeLog.open();
        try {
            return new RelaySession(reading, publisher.open(), settings, acknowledged, nanoClock);
        } catch (Throwable e) {
            reading.close();
            throw e;
        }
    }

    /**
     * Does the most urgent thing there is: confirms what has been acknowledged, else reads what is next and hands it on.
     *
     * @throws java.util.concurrent.CompletionException if the publisher failed at an event
     */
    public Step step() throws Exception {
        if (settle()) {
            return Step.CONFIRMED;
        }
        if (isFull()) {
            publishing.hurry();
            reading.keepAlive();
            return Step.FULL;
        }
        return switch (reading.poll()) {
            case null -> {
                if (!unconfirmed.isInTransaction()) {
                    publishing.hurry();
                }
                confirmIdle();
                yield Step.IDLE;
            }
            case Change.Appended(var event) -> {
                requireHeldAfterSilence();
                unconfirmed.sent(event, publishing.publish(event));
                yield Step.SENT;
            }
            case Change.Committed(var position) -> {
                publishing.ended();
                unconfirmed.committed(position);
                yield Step.ENDED;
            }
        };
    }

    /**
     * A step of a session that is to end: reads nothing more.
     *
     * @return {@link Step#CONFIRMED}, or {@link Step#FULL} while acknowledgements are outstanding, or {@link Step#IDLE} if none are
     */
    public Step drain() throws Exception {
        if (settle()) {
            return Step.CONFIRMED;
        }
        if (unconfirmed.awaitsAcknowledgements()) {
            publishing.hurry();
            reading.keepAlive();
            return Step.FULL;
        }
        return Step.IDLE;
    }

    /** Makes what was confirmed take effect. What is not acknowledged by now comes again in the next session. */
    public void end() throws Exception {
        reading.end();
    }

    /** The position up to which everything has been acknowledged in this session; 0 before the first confirmation. */
    public long confirmedPosition() {
        return confirmedPosition;
    }

    /** Events handed to the publisher and not yet acknowledged. */
    public int inFlight() {
        return unconfirmed.events();
    }

    /** Publishes no more, then lets go of the log, so that the next reader begins after the last word of this one. */
    @Override
    public void close() {
        try (reading) {
            publishing.close();
        }
    }

    private boolean settle() throws Exception {
        long confirmable = unconfirmed.settle(acknowledged);
        if (confirmable == NOTHING) {
            return false;
        }
        confirm(confirmable);
        return true;
    }

    private boolean isFull() {
        return unconfirmed.events() >= settings.maxInFlight() || unconfirmed.bytes() >= settings.maxInFlightBytes();
    }

    private void confirmIdle() throws Exception {
        if (unconfirmed.isEmpty() && reading.read() > confirmedPosition) {
            confirm(reading.read());
        }
    }

    private void confirm(long position) throws Exception {
        reading.confirm(position);
        confirmedPosition = position;
    }

    private void requireHeldAfterSilence() throws Exception {
        long now = nanoClock.getAsLong();
        if (now - lastSign > TRUSTED_SILENCE.toNanos()) {
            reading.requireHeld();
            now = nanoClock.getAsLong();
        }
        lastSign = now;
    }
}
