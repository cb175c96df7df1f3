package io.meridian.outbox.relay;

import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.RelayStatus;
import io.meridian.outbox.RelayStatus.State;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.RelaySession.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what was committed: reads the change log, hands each event to the publisher, and confirms to the log what the publisher
 * has acknowledged.
 *
 * <p>Guarantees that every committed event is published at least once and that the first publications of an aggregate's events are in
 * commit order, whatever fails and however often: nothing is confirmed before everything up to it is acknowledged, and each session
 * starts again at the confirmed position. Does not guarantee once: what a failed session had published but not confirmed is
 * published again. One thread, a bounded number of events in memory.
 */
public final class Relay {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    /** After a sign of life the log is looked at often for this long: the next commit is likely to be near. */
    private static final Duration ATTENTIVE = Duration.ofMillis(100);
    /** Between looks while attentive: a delay nobody notices, where looking without a pause would take a core from the service. */
    private static final Duration BLINK = Duration.ofMillis(1);
    /** Between looks at a quiet log. Bounds the delay of events of which nobody told this instance. */
    private static final Duration DOZE = Duration.ofMillis(50);
    /** Between looks at acknowledgements that are long in coming. */
    private static final Duration BACK_PRESSURE = Duration.ofMillis(5);

    private final ChangeLog changeLog;
    private final Publisher publisher;
    private final RelaySettings settings;
    private final List<RelayListener> listeners;
    private final LongSupplier nanoClock;
    private final InstantSource clock;

    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile State state = State.STOPPED;
    private volatile long confirmedPosition;
    private volatile @Nullable Instant confirmedAt;
    private volatile @Nullable RelayLag lag;
    private volatile @Nullable String alarm;
    private volatile @Nullable UUID newestPublished;
    private volatile int inFlight;
    private volatile @Nullable Failure lastFailure;
    private volatile @Nullable String interruption;
    private volatile boolean stopping;
    private volatile boolean nudged;
    private volatile @Nullable Thread thread;
    private int failuresInARow;
    private long sessionStart;

    private record Failure(String reason, Instant at) {}

    /** A relay at rest. */
    public Relay(
            ChangeLog changeLog,
            Publisher publisher,
            RelaySettings settings,
            List<RelayListener> listeners,
            LongSupplier nanoClock,
            InstantSource clock) {
        this.changeLog = changeLog;
        this.publisher = publisher;
        this.settings = settings;
        this.listeners = List.copyOf(listeners);
        this.nanoClock = nanoClock;
        this.clock = clock;
    }

    /** Starts relaying on a thread of its own; returns at once. Does nothing if it runs. */
    public synchronized void start() {
        if (thread != null) {
            return;
        }
        stopping = false;
        failuresInARow = 0;
        thread = Thread.ofPlatform().daemon().name("outbox-relay").start(this::run);
    }

    /**
     * Stops relaying: waits, for the drain time at most, until what was handed to the publisher is acknowledged and confirmed. What is
     * not read by then is published after the next start.
     */
    public synchronized void stop() {
        var running = thread;
        if (running == null) {
            return;
        }
        stopping = true;
        LockSupport.unpark(running);
        try {
            if (!running.join(settings.drainTime().plusSeconds(2))) {
                running.interrupt(); // blocked in a call to a publisher or a log that no longer answers
                running.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    public synchronized boolean isRunning() {
        return thread != null;
    }

    /** Tells that something was committed, so that it is looked for now. Never blocks. */
    public void nudge() {
        nudged = true;
        LockSupport.unpark(thread);
    }

    /**
     * Tells how far publishing is behind, as seen from outside; whoever relays, or nobody.
     *
     * @param complaint why somebody should look at it; null if nobody need
     */
    public void lags(RelayLag lag, @Nullable String complaint) {
        this.lag = lag;
        boolean rang = alarm != null;
        alarm = complaint;
        if (complaint != null && !rang) {
            log.warn("Publishing from slot {} lags: {}", changeLog.slot(), complaint);
            tell(RelayListener::lagging);
        } else if (complaint == null && rang) {
            log.info("Publishing from slot {} has caught up", changeLog.slot());
            tell(RelayListener::caughtUp);
        }
    }

    /** The newest event this relay has seen acknowledged, by its id; null before the first. */
    public @Nullable UUID newestPublished() {
        return newestPublished;
    }

    /** Ends the current session as if it had failed, for someone who can see that its connection is dead. */
    public void reconnect(String reason) {
        interruption = reason;
        LockSupport.unpark(thread);
    }

    /** How it is doing now. */
    public RelayStatus status() {
        var failure = lastFailure;
        return new RelayStatus(
                changeLog.slot(),
                state,
                confirmedPosition,
                confirmedAt,
                lag,
                alarm,
                published.get(),
                inFlight,
                failures.get(),
                failure == null ? null : failure.reason,
                failure == null ? null : failure.at);
    }

    private void run() {
        while (!stopping) {
            try {
                session();
            } catch (SlotInUseException e) {
                if (enter(State.STANDBY)) {
                    log.info("Another instance relays this service's events, standing by: {}", e.getMessage());
                }
                pause(settings.standbyPause());
            } catch (Throwable e) { // also an Error: a relay that dies in silence is worse than one that complains
                if (!stopping) {
                    failed(e);
                    pause(settings.pauseAfter(failuresInARow));
                }
            }
        }
        enter(State.STOPPED);
    }

    private void session() throws Exception {
        if (state == State.STOPPED) {
            enter(State.CONNECTING);
        }
        interruption = null;
        sessionStart = nanoClock.getAsLong();
        try (var session = RelaySession.open(changeLog, publisher, settings, this::acknowledged, nanoClock)) {
            enter(State.STREAMING);
            log.info("Relaying events from slot {}", changeLog.slot());
            relay(session);
            drain(session);
            session.end();
        } finally {
            inFlight = 0;
        }
    }

    private void relay(RelaySession session) throws Exception {
        long lastLife = nanoClock.getAsLong();
        while (!stopping) {
            endIfAskedTo();
            var step = session.step();
            show(session, step);
            switch (step) {
                case SENT, CONFIRMED -> lastLife = nanoClock.getAsLong();
                case ENDED -> {}
                case FULL -> LockSupport.parkNanos(this, BACK_PRESSURE.toNanos());
                case IDLE -> {
                    if (nanoClock.getAsLong() - sessionStart > settings.longestPause().toNanos()) {
                        recovered(); // there was nothing to prove it by, and nothing has failed
                    }
                    LockSupport.parkNanos(this, rest(lastLife, session).toNanos());
                    if (nudged) {
                        nudged = false;
                        lastLife = nanoClock.getAsLong();
                    }
                }
            }
        }
    }

    private Duration rest(long lastLife, RelaySession session) {
        if (nanoClock.getAsLong() - lastLife < ATTENTIVE.toNanos()) {
            return BLINK;
        }
        return session.inFlight() > 0 ? BACK_PRESSURE : DOZE;
    }

    private void endIfAskedTo() {
        var reason = interruption;
        if (reason != null) {
            throw new IllegalStateException(reason);
        }
    }

    private void drain(RelaySession session) throws Exception {
        long end = nanoClock.getAsLong() + settings.drainTime().toNanos();
        for (var step = session.drain(); step != Step.IDLE; step = session.drain()) {
            show(session, step);
            if (end - nanoClock.getAsLong() <= 0) {
                return;
            }
            if (step == Step.FULL) {
                LockSupport.parkNanos(this, BACK_PRESSURE.toNanos());
            }
        }
    }

    private void show(RelaySession session, Step step) {
        inFlight = session.inFlight();
        if (session.confirmedPosition() > 0) {
            confirmedPosition = session.confirmedPosition();
        }
        if (step == Step.CONFIRMED || (step == Step.IDLE && session.inFlight() == 0)) {
            confirmedAt = clock.instant();
        }
        if (step == Step.CONFIRMED) {
            recovered();
        }
    }

    private void acknowledged(StoredEvent event) {
        published.incrementAndGet();
        var newest = newestPublished;
        if (newest == null || event.id().compareTo(newest) > 0) { // a repetition is none
            newestPublished = event.id();
        }
        var sinceOccurred = Duration.between(event.occurredAt(), clock.instant());
        listeners.forEach(listener -> listener.published(event, sinceOccurred));
    }

    private void failed(Throwable exception) {
        var cause = exception instanceof CompletionException && exception.getCause() != null
                ? exception.getCause()
                : exception;
        var reason = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        var previous = lastFailure;
        lastFailure = new Failure(reason, clock.instant());
        failures.incrementAndGet();
        failuresInARow++;
        enter(State.RECOVERING);
        if (failuresInARow == 1 || previous == null || !previous.reason.equals(reason)) {
            log.warn("Relaying from slot {} failed, trying again from the confirmed position: {}", changeLog.slot(), reason);
            log.debug("Relaying failed", exception);
        }
    }

    private void recovered() {
        if (failuresInARow > 0) {
            log.info("Relaying from slot {} works again after {} failed attempts", changeLog.slot(), failuresInARow);
            failuresInARow = 0;
        }
    }

    /** Returns whether that is a change. */
    private boolean enter(State next) {
        if (state == next) {
            return false;
        }
        state = next;
        tell(RelayListener::changed);
        return true;
    }

    private void tell(BiConsumer<RelayListener, RelayStatus> what) {
        var status = status();
        listeners.forEach(listener -> what.accept(listener, status));
    }

    private void pause(Duration duration) {
        long end = nanoClock.getAsLong() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0 && !stopping; left = end - nanoClock.getAsLong()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
