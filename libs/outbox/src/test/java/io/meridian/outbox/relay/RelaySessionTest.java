package io.meridian.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.RelaySession.Step;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A session driven by hand: one thread, no waiting, time that moves when the test says so. */
class RelaySessionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final RelaySettings SETTINGS = new RelaySettings(2, 1_000, SECOND, SECOND, SECOND, SECOND);

    private final ManualTime time = new ManualTime();
    private final Deque<Change> changes = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> sent = new ArrayList<>();
    private final List<StoredEvent> acknowledged = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<String> publishing = new ArrayList<>();
    private boolean held = true;
    private long read;

    @Test
    void eachStepDoesOneThingAndSaysWhat() throws Exception {
        var session = open();
        append(10);

        assertThat(session.step()).isEqualTo(Step.SENT);
        assertThat(session.step()).isEqualTo(Step.ENDED);
        assertThat(session.step()).isEqualTo(Step.IDLE);
        assertThat(session.inFlight()).isEqualTo(1);
        assertThat(session.confirmedPosition()).isZero();
        sent.getFirst().complete(null);
        assertThat(session.step()).isEqualTo(Step.CONFIRMED);
        assertThat(session.step()).isEqualTo(Step.IDLE);

        assertThat(session.confirmedPosition()).isEqualTo(10);
        assertThat(acknowledged).hasSize(1);
        assertThat(calls).containsExactly("confirm 10");
    }

    @Test
    void nothingIsReadWhileAsMuchIsOutstandingAsMayBe() throws Exception {
        var session = open();
        append(10);
        append(20);
        append(30);
        for (var step = session.step(); step != Step.FULL; step = session.step()) {}

        assertThat(sent).hasSize(2);
        assertThat(session.step()).isEqualTo(Step.FULL);
        assertThat(calls).containsOnly("keep alive");
        sent.getFirst().complete(null);
        assertThat(session.step()).isEqualTo(Step.CONFIRMED);
        assertThat(session.step()).isEqualTo(Step.ENDED);
        assertThat(session.step()).isEqualTo(Step.SENT);
    }

    @Test
    void idleSessionConfirmsWhatDidNotConcernItButNotPastAnOutstandingEvent() throws Exception {
        var session = open();
        read = 50;
        session.step();
        assertThat(session.confirmedPosition()).isEqualTo(50);

        append(60);
        session.step();
        session.step();
        read = 70;
        assertThat(session.step()).isEqualTo(Step.IDLE);

        assertThat(session.confirmedPosition()).isEqualTo(50);
    }

    @Test
    void afterALongSilenceTheLogIsAskedBeforeAnythingIsPublished() throws Exception {
        var session = open();
        append(10);
        append(20);
        session.step();
        session.step();
        time.advance(RelaySession.TRUSTED_SILENCE.plusNanos(1));
        held = false; // another instance took over meanwhile

        assertThatExceptionOfType(IOException.class).isThrownBy(session::step);

        assertThat(sent).hasSize(1);
        assertThat(session.confirmedPosition()).isZero();
    }

    @Test
    void silenceThatIsNotLongNeedsNoQuestion() throws Exception {
        var session = open();
        append(10);
        time.advance(RelaySession.TRUSTED_SILENCE);
        held = false;

        assertThat(session.step()).isEqualTo(Step.SENT);
        assertThat(calls).isEmpty();
    }

    @Test
    void publisherIsToldWhereTransactionsEndAndThatNothingMoreComes() throws Exception {
        var session = open();
        append(10);
        append(20);
        for (var step = session.step(); step != Step.IDLE; step = session.step()) {
            if (step == Step.FULL) {
                sent.forEach(it -> it.complete(null));
            }
        }

        assertThat(publishing).containsExactly("publish", "ended", "publish", "hurry", "ended", "hurry");
    }

    @Test
    void publisherIsNotHurriedAmidATransaction() throws Exception {
        var session = open();
        changes.add(new Change.Appended(FaultyLog.event("a")));

        session.step();
        session.step();

        assertThat(publishing).containsExactly("publish");
    }

    @Test
    void drainingSessionReadsNothingMoreAndConfirmsWhatIsAcknowledged() throws Exception {
        var session = open();
        append(10);
        session.step();
        session.step();
        append(20);

        assertThat(session.drain()).isEqualTo(Step.FULL);
        sent.getFirst().complete(null);
        assertThat(session.drain()).isEqualTo(Step.CONFIRMED);
        assertThat(session.drain()).isEqualTo(Step.IDLE);
        session.end();

        assertThat(sent).hasSize(1);
        assertThat(calls).containsExactly("keep alive", "confirm 10", "end");
    }

    @Test
    void publisherIsClosedBeforeTheLogLetsTheNextReaderIn() throws Exception {
        open().close();

        assertThat(calls).containsExactly("publisher closed", "log closed");
    }

    @Test
    void logIsLetGoOfWhenThePublisherDoesNotOpen() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> RelaySession.open(
                log(),
                () -> {
                    throw new IOException("no broker");
                },
                SETTINGS,
                acknowledged::add,
                time.nanos()));

        assertThat(calls).containsExactly("log closed");
    }

    private RelaySession open() throws Exception {
        return RelaySession.open(log(), this::publishing, SETTINGS, acknowledged::add, time.nanos());
    }

    private void append(long position) {
        changes.add(new Change.Appended(FaultyLog.event("a")));
        changes.add(new Change.Committed(position));
    }

    private ChangeLog log() {
        return new ChangeLog() {
            @Override
            public String slot() {
                return "by_hand";
            }

            @Override
            public Reading open() {
                return new ByHand();
            }
        };
    }

    private Publisher.Publishing publishing() {
        return new Publisher.Publishing() {
            @Override
            public CompletableFuture<?> publish(StoredEvent event) {
                var acknowledgement = new CompletableFuture<Void>();
                sent.add(acknowledgement);
                publishing.add("publish");
                return acknowledgement;
            }

            @Override
            public void ended() {
                publishing.add("ended");
            }

            @Override
            public void hurry() {
                publishing.add("hurry");
            }

            @Override
            public void close() {
                calls.add("publisher closed");
            }
        };
    }

    private final class ByHand implements ChangeLog.Reading {

        @Override
        public @Nullable Change poll() {
            return changes.poll();
        }

        @Override
        public void confirm(long position) {
            calls.add("confirm " + position);
        }

        @Override
        public long read() {
            return read;
        }

        @Override
        public void keepAlive() {
            calls.add("keep alive");
        }

        @Override
        public void requireHeld() throws IOException {
            calls.add("asked");
            if (!held) {
                throw new IOException("held by another");
            }
        }

        @Override
        public void end() {
            calls.add("end");
        }

        @Override
        public void close() {
            calls.add("log closed");
        }
    }
}
