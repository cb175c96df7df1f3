package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process dies before or after each of its writes, and the message that it was working on comes again: every way of an order
 * ends as it would have without the crash, money moves once, and everything is said once.
 */
class CrashTest {

    /** A way of an order, step by step; each step is repeated after a crash, as its caller or Kafka would. */
    enum Way {
        CONFIRMED(Crashing::authorise, Crashing::capture),
        CONFIRMED_AND_CANCELLED(Crashing::authorise, Crashing::capture, Crashing::cancel),
        CANCELLED(Crashing::authorise, Crashing::cancel),
        CANCELLED_FIRST(Crashing::cancel, Crashing::authorise);

        private final List<Consumer<Crashing>> steps;

        @SafeVarargs
        Way(Consumer<Crashing>... steps) {
            this.steps = List.of(steps);
        }
    }

    static Stream<Arguments> crashes() {
        return Stream.of(Way.values())
                .flatMap(way -> IntStream.rangeClosed(1, 8).boxed().flatMap(write -> Stream.of(true, false)
                        .map(before -> Arguments.of(way, write, before))));
    }

    @ParameterizedTest(name = "{0}, write {1}, before it: {2}")
    @MethodSource("crashes")
    void aCrashAtAnyWriteEndsAsIfItHadNotHappened(Way way, int write, boolean before) {
        var smooth = new Crashing(0, false);
        way.steps.forEach(smooth::step);
        var crashing = new Crashing(write, before);
        way.steps.forEach(crashing::step);
        crashing.scene.aDayPasses();
        smooth.scene.aDayPasses();

        assertThat(crashing.scene.state()).isNotInstanceOf(Unfinished.class);
        assertThat(crashing.moved().values()).as("each way the money moved, once").allMatch(it -> it == 1);
        assertThat(crashing.scene.payments.facts()).doesNotHaveDuplicates();
        if (crashing.sameEnd(smooth)) {
            assertThat(crashing.scene.payments.facts()).isEqualTo(smooth.scene.payments.facts());
        } else {
            // The authorisation whose asker died may be found out too late for the order; then nothing is held and all know.
            assertThat(crashing.held()).isZero();
            assertThat(crashing.scene.payments.facts())
                    .contains(new Fact.Voided())
                    .doesNotContain(new Fact.Captured(crashing.scene.amount));
        }
    }

    @Test
    void theCrashesOfThisTestDoHappen() {
        var crashing = new Crashing(1, true);
        crashing.step(Crashing::authorise);

        assertThat(crashing.crashes).isOne();
    }

    /** Payments that die once, before or after the n-th write. */
    private static final class Crashing implements Payments {

        final Scene scene = new Scene();
        int crashes;
        private final int fatal;
        private final boolean before;
        private int writes;

        private final Authorise authorise = new Authorise(scene.means(this));
        private final Capture capture = new Capture(scene.means(this));
        private final Undo undo = new Undo(scene.means(this));

        Crashing(int fatal, boolean before) {
            this.fatal = fatal;
            this.before = before;
        }

        void step(Consumer<Crashing> step) {
            try {
                step.accept(this);
            } catch (Death _) {
                crashes++;
                scene.time.advance(Duration.ofSeconds(10));
                step.accept(this);
            }
        }

        void authorise() {
            authorise.authorise(scene.order, 0, scene.charge);
        }

        void capture() {
            capture.capture(scene.order, scene.amount, Ending.ALONE);
        }

        void cancel() {
            undo.undo(scene.order, Undo.Cause.CANCELLED, Ending.ALONE);
        }

        Map<Operation, Long> moved() {
            var moved = new EnumMap<Operation, Long>(Operation.class);
            scene.provider.movements.forEach(operation -> moved.merge(operation, 1L, Long::sum));
            return moved;
        }

        long held() {
            return scene.provider.count(Operation.AUTHORISE)
                    - scene.provider.count(Operation.VOID)
                    - scene.provider.count(Operation.REFUND);
        }

        boolean sameEnd(Crashing other) {
            return scene.state().getClass() == other.scene.state().getClass();
        }

        @Override
        public boolean open(Payment first) {
            return dying(() -> scene.payments.open(first));
        }

        @Override
        public void write(Transition transition) {
            dying(() -> {
                scene.payments.write(transition);
                return true;
            });
        }

        @Override
        public Payment raise(Payment seen, long epoch) {
            return scene.payments.raise(seen, epoch);
        }

        @Override
        public Optional<Payment> find(OrderId orderId) {
            return scene.payments.find(orderId);
        }

        @Override
        public void announce(OrderId orderId, Fact fact, Instant at) {
            scene.payments.announce(orderId, fact, at);
        }

        @Override
        public void postpone(Payment payment, Instant dueAt) {
            scene.payments.postpone(payment, dueAt);
        }

        @Override
        public Payment awaitChange(Payment seen, Duration atMost) {
            return scene.payments.awaitChange(seen, atMost);
        }

        @Override
        public List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost) {
            return scene.payments.claimDue(now, leasedUntil, atMost);
        }

        private boolean dying(BooleanSupplier write) {
            var fatalNow = ++writes == fatal;
            if (fatalNow && before) {
                throw new Death();
            }
            var written = write.getAsBoolean();
            if (fatalNow) {
                throw new Death();
            }
            return written;
        }
    }

    private static final class Death extends Error {}
}
