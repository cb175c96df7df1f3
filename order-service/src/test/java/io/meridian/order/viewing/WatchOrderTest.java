package io.meridian.order.viewing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WatchOrderTest {

    private static final Duration NOT_AT_ALL = Duration.ZERO;

    private final ManualTime time = new ManualTime();
    private final Log log = new Log();
    private final WatchOrder watchOrder = new WatchOrder(log, log, 2, Duration.ofMinutes(10), time.nanos());
    private final OrderId id = OrderId.mint(time.now(), new Random(1));

    static Stream<Arguments> lives() {
        return Stream.of(
                Arguments.of("PENDING", false),
                Arguments.of("PENDING CONFIRMED", false),
                Arguments.of("PENDING REJECTED", true),
                Arguments.of("PENDING CANCELLED", true),
                Arguments.of("PENDING CONFIRMED STOCK_COMMITTED", false),
                Arguments.of("PENDING CONFIRMED PAYMENT_CAPTURED", false),
                Arguments.of("PENDING CONFIRMED PAYMENT_CAPTURED STOCK_COMMITTED", true),
                Arguments.of("PENDING CONFIRMED STOCK_COMMITTED PAYMENT_CAPTURED CANCELLED", false),
                Arguments.of("PENDING CONFIRMED CANCELLED STOCK_RETURNED", false),
                Arguments.of("PENDING CONFIRMED CANCELLED STOCK_RETURNED PAYMENT_VOIDED", true),
                Arguments.of("PENDING CONFIRMED CANCELLED PAYMENT_REFUNDED STOCK_RETURNED", true),
                Arguments.of("PENDING CONFIRMED CANCELLED:stock-lost", false),
                Arguments.of("PENDING CONFIRMED CANCELLED:stock-lost PAYMENT_REFUNDED", true),
                Arguments.of("PENDING CONFIRMED CANCELLED:capture-failed PAYMENT_VOIDED", false),
                Arguments.of("PENDING CONFIRMED STOCK_COMMITTED CANCELLED:capture-failed STOCK_RETURNED", true));
    }

    @ParameterizedTest
    @MethodSource("lives")
    void aWatchIsOverWhenNothingMoreWillCome(String life, boolean over) throws InterruptedException {
        for (var step : life.split(" ")) {
            var words = step.split(":");
            log.add(id, Step.valueOf(words[0]), words.length > 1 ? words[1] : null);
        }

        try (var watching = open(0)) {
            assertThat(watching.next(NOT_AT_ALL)).hasSize(life.split(" ").length);
            assertThat(watching.isOver()).isEqualTo(over);
        }
    }

    @Test
    void whatComesWhileSomebodyWatchesIsToldOnce() throws InterruptedException {
        log.add(id, Step.PENDING, null);
        try (var watching = open(0)) {
            assertThat(steps(watching.next(NOT_AT_ALL))).containsExactly(Step.PENDING);
            assertThat(watching.next(NOT_AT_ALL)).isEmpty();

            log.add(id, Step.CONFIRMED, null);
            log.ring();
            log.ring();
            assertThat(steps(watching.next(NOT_AT_ALL))).containsExactly(Step.CONFIRMED);
            assertThat(watching.next(NOT_AT_ALL)).isEmpty();
        }
    }

    @Test
    void aWatcherThatComesBackGoesOnWhereItWas() throws InterruptedException {
        log.add(id, Step.PENDING, null);
        log.add(id, Step.CONFIRMED, null);
        log.add(id, Step.STOCK_COMMITTED, null);

        try (var watching = open(2)) {
            assertThat(steps(watching.next(NOT_AT_ALL))).containsExactly(Step.STOCK_COMMITTED);
        }
        log.add(id, Step.PAYMENT_CAPTURED, null);
        assertThat(watchOrder.watch(id, 4)).isEqualTo(new WatchOrder.Outcome.NothingLeft());
        assertThat(watchOrder.watch(id, 400)).isEqualTo(new WatchOrder.Outcome.NothingLeft());
    }

    @Test
    void nobodysOrderCannotBeWatchedAndTakesNoRoom() {
        for (var attempt = 0; attempt < 10; attempt++) {
            assertThat(watchOrder.watch(id, 0)).isEqualTo(new WatchOrder.Outcome.NoSuchOrder());
        }
    }

    @Test
    void thereIsABoundAndWhoLeavesMakesRoom() {
        log.add(id, Step.PENDING, null);
        var first = open(0);
        var second = open(0);

        assertThat(watchOrder.watch(id, 0)).isEqualTo(new WatchOrder.Outcome.Overloaded());
        first.close();
        first.close();
        var third = open(0);
        assertThat(watchOrder.watch(id, 0)).isEqualTo(new WatchOrder.Outcome.Overloaded());
        second.close();
        third.close();
        assertThat(log.ears).isEmpty();
    }

    @Test
    void nobodyStaysForEver() {
        log.add(id, Step.PENDING, null);
        try (var watching = open(0)) {
            time.advance(Duration.ofMinutes(10));
            assertThat(watching.isOver()).isTrue();
        }
    }

    @Test
    void anInstanceThatGoesDownSendsItsWatchersAway() {
        log.add(id, Step.PENDING, null);
        try (var watching = open(0)) {
            watchOrder.close();
            assertThat(watching.isOver()).isTrue();
        }
        assertThat(watchOrder.watch(id, 0)).isEqualTo(new WatchOrder.Outcome.Overloaded());
    }

    private WatchOrder.Watching open(long after) {
        var outcome = watchOrder.watch(id, after);
        assertThat(outcome).isInstanceOf(WatchOrder.Outcome.Open.class);
        return ((WatchOrder.Outcome.Open) outcome).watching();
    }

    private static List<Step> steps(List<Update> updates) {
        return updates.stream().map(Update::step).toList();
    }

    /** A log in memory that rings when it is told to. */
    private final class Log implements OrderLog, Bell {

        private final Map<OrderId, List<Update>> updates = new HashMap<>();
        private final List<Semaphore> ears = new ArrayList<>();

        void add(OrderId order, Step step, @Nullable String reason) {
            var log = updates.computeIfAbsent(order, _ -> new ArrayList<>());
            log.add(new Update(log.size() + 1, step, reason, time.now()));
        }

        void ring() {
            ears.forEach(Semaphore::release);
        }

        @Override
        public List<Update> after(OrderId order, long sequence) {
            return updates.getOrDefault(order, List.of()).stream()
                    .filter(it -> it.sequence() > sequence)
                    .toList();
        }

        @Override
        public Ear listen(OrderId order) {
            var rung = new Semaphore(0);
            ears.add(rung);
            return new Ear() {
                @Override
                public boolean await(Duration atMost) throws InterruptedException {
                    var heard = rung.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
                    rung.drainPermits();
                    return heard;
                }

                @Override
                public void close() {
                    ears.remove(rung);
                }
            };
        }
    }
}
