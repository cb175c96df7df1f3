package io.meridian.order.reconciling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Status;
import io.meridian.order.reconciling.Difference.Kind;
import io.meridian.order.reconciling.Entry.Held;
import io.meridian.order.reconciling.Entry.Holding;
import io.meridian.order.reconciling.Entry.Ordered;
import io.meridian.order.reconciling.Entry.Paid;
import io.meridian.order.reconciling.Entry.Paying;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReconcileTest {

    private static final Money TOTAL = new Money(3_998, "EUR");
    private static final List<Line> LINES = List.of(new Line(new Sku("SKU-0002"), 1), new Line(new Sku("SKU-0001"), 3));
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Window ALL = new Window(null, START.plus(Duration.ofHours(1)));

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(7);
    private final FakeLedger<Ordered> orders = new FakeLedger<>();
    private final FakeLedger<Paid> payments = new FakeLedger<>();
    private final FakeLedger<Held> holds = new FakeLedger<>();
    private int pauses;
    private Runnable duringPause = () -> {};

    private OrderId id = mint(START);

    @Test
    void findsNothingWhereAllAgree() {
        for (var i = 0; i < 25; i++) {
            confirmed(mint(START.plusMillis(i)));
            rejected(mint(START.plusMillis(i)));
        }

        var report = compare(ALL, 10);

        assertThat(report.isClean()).isTrue();
        assertThat(List.of(report.orders(), report.payments(), report.holds())).containsExactly(50L, 50L, 25L);
        assertThat(pauses).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("differences")
    void findsEachKindOfDifferenceAndOnlyThat(Kind kind, Consumer<ReconcileTest> make) {
        for (var i = 0; i < 12; i++) {
            confirmed(mint(START.plusMillis(i)));
        }
        confirmed(id);
        make.accept(this);

        var report = compare(ALL, 5);

        assertThat(report.differences()).extracting(Difference::kind).containsExactly(kind);
        assertThat(report.differences()).extracting(Difference::order).containsExactly(id);
        assertThat(report.differences().getFirst().found()).isNotBlank();
    }

    static Stream<Arguments> differences() {
        return Stream.of(
                difference(Kind.PAYMENT_WITHOUT_ORDER, it -> {
                    it.orders.entries.remove(it.id);
                    it.holds.entries.remove(it.id);
                }),
                difference(Kind.HOLD_WITHOUT_ORDER, it -> {
                    it.orders.entries.remove(it.id);
                    it.payments.entries.remove(it.id);
                }),
                difference(Kind.OTHER_AMOUNT, it -> it.payments.put(
                        new Paid(it.id, Paying.CAPTURED, new Money(3_999, "EUR"), false))),
                difference(Kind.OTHER_LINES, it -> it.holds.put(
                        new Held(it.id, Holding.COMMITTED, List.of(new Line(new Sku("SKU-0001"), 3))))),
                difference(Kind.UNFINISHED_ORDER, it -> {
                    it.orders.put(new Ordered(it.id, Status.PENDING, TOTAL, LINES));
                    it.payments.put(new Paid(it.id, Paying.AUTHORISED, TOTAL, false));
                    it.holds.put(new Held(it.id, Holding.HELD, LINES));
                }),
                difference(Kind.UNFINISHED_PAYMENT, it -> it.payments.put(
                        new Paid(it.id, Paying.AUTHORISED, TOTAL, true))),
                difference(Kind.NOT_CAPTURED, it -> it.payments.put(
                        new Paid(it.id, Paying.AUTHORISED, TOTAL, false))),
                difference(Kind.NOT_CAPTURED, it -> it.payments.entries.remove(it.id)),
                difference(Kind.NOT_SOLD, it -> it.holds.put(new Held(it.id, Holding.EXPIRED, List.of()))),
                difference(Kind.NOT_SOLD, it -> it.holds.entries.remove(it.id)),
                difference(Kind.KEEPS_MONEY, it -> {
                    it.orders.put(new Ordered(it.id, Status.CANCELLED, TOTAL, LINES));
                    it.holds.put(new Held(it.id, Holding.RETURNED, List.of()));
                }),
                difference(Kind.KEEPS_STOCK, it -> {
                    it.orders.put(new Ordered(it.id, Status.REJECTED, TOTAL, LINES));
                    it.payments.put(new Paid(it.id, Paying.DECLINED, TOTAL, false));
                }));
    }

    @Test
    void findsWhatHappenedBeforeTheConfirmation() {
        confirmed(id);
        orders.put(new Ordered(id, Status.PENDING, TOTAL, LINES));

        assertThat(compare(ALL, 5).differences())
                .extracting(Difference::kind)
                .containsExactlyInAnyOrder(
                        Kind.UNFINISHED_ORDER, Kind.CAPTURED_BEFORE_CONFIRMED, Kind.SOLD_BEFORE_CONFIRMED);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachKindOfDifferenceHasATest(Kind kind) {
        var tested = Stream.concat(
                differences().map(it -> (Kind) it.get()[0]),
                Stream.of(Kind.CAPTURED_BEFORE_CONFIRMED, Kind.SOLD_BEFORE_CONFIRMED));

        assertThat(tested).contains(kind);
    }

    @Test
    void whatPassesIsNoDifference() {
        confirmed(id);
        payments.put(new Paid(id, Paying.AUTHORISED, TOTAL, true));
        duringPause = () -> {
            if (pauses == 3) {
                payments.put(new Paid(id, Paying.CAPTURED, TOTAL, false));
            }
        };

        var report = compare(ALL, 5);

        assertThat(report.isClean()).isTrue();
        assertThat(report.passed()).isEqualTo(1);
        assertThat(pauses).isEqualTo(3);
    }

    @Test
    void whatCannotPassIsLookedAtOnceMore() {
        confirmed(id);
        payments.put(new Paid(id, Paying.CAPTURED, new Money(1, "EUR"), false));

        assertThat(compare(ALL, 5).differences()).hasSize(1);
        assertThat(pauses).isEqualTo(1);
    }

    @Test
    void anOrderThatIsPlacedBetweenTheThreeLooksIsNoDifference() {
        payments.beforeEach = () -> {
            if (payments.asked.isEmpty()) {
                confirmed(id); // after the orders were read
            }
        };

        assertThat(compare(ALL, 5).isClean()).isTrue();
    }

    @Test
    void waitsNoLongerThanItIsToldTo() {
        confirmed(id);
        holds.entries.remove(id);

        assertThat(compare(ALL, 5).differences()).hasSize(1);
        assertThat(pauses).isEqualTo(10); // patience of ten seconds, a look each second
    }

    @Test
    void judgesNothingThatIsTooYoung() {
        var young = mint(ALL.until().plusMillis(1));
        orders.put(new Ordered(young, Status.PENDING, null, LINES));

        var report = compare(ALL, 5);

        assertThat(report.isClean()).isTrue();
        assertThat(report.tooYoung()).isEqualTo(1);
    }

    @Test
    void judgesWhatWasNeverMintedHereWhateverItsAge() {
        id = new OrderId(UUID.fromString("ffffffff-ffff-4fff-bfff-ffffffffffff"));
        payments.put(new Paid(id, Paying.CAPTURED, TOTAL, false));

        assertThat(compare(ALL, 5).differences())
                .extracting(Difference::kind)
                .containsExactly(Kind.PAYMENT_WITHOUT_ORDER);
    }

    @Test
    void leavesOutWhatIsOlderThanTheWindow() {
        orders.put(new Ordered(id, Status.PENDING, null, LINES));

        var report = compare(new Window(START.plusSeconds(1), ALL.until()), 5);

        assertThat(report.orders()).isZero();
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void endsWhenSoManyDifferThatSomethingElseIsWrong() {
        for (var i = 0; i < 50; i++) {
            payments.put(new Paid(mint(START.plusMillis(i)), Paying.CAPTURED, TOTAL, false));
        }

        var report = compare(ALL, 5);

        assertThat(report.more()).isTrue();
        assertThat(report.differences()).hasSize(20);
    }

    @Test
    void tellsTheSameAgain() {
        confirmed(id);
        holds.entries.remove(id);

        assertThat(compare(ALL, 5)).isEqualTo(compare(ALL, 5));
    }

    @Test
    void keepsOnePageOfEach() {
        for (var i = 0; i < 23; i++) {
            confirmed(mint(START.plusMillis(i)));
        }

        compare(ALL, 10);

        assertThat(orders.asked).containsExactly(10, 10, 10);
    }

    @Test
    void refusesALedgerThatGoesBack() {
        confirmed(mint(START));
        confirmed(mint(START.plusMillis(1)));
        Ledger<Ordered> standing = (_, limit) -> orders.after(null, limit);

        assertThatThrownBy(() -> reconcile(standing, 1).compare(ALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ascend");
    }

    private Report compare(Window window, int pageSize) {
        return reconcile(orders, pageSize).compare(window);
    }

    private Reconcile reconcile(Ledger<Ordered> ordered, int pageSize) {
        return new Reconcile(
                ordered,
                payments,
                holds,
                new Reconcile.Settings(pageSize, 20, Duration.ofSeconds(10), Duration.ofSeconds(1)),
                time.nanos(),
                duration -> {
                    pauses++;
                    duringPause.run();
                    time.advance(duration);
                    return true;
                });
    }

    private void confirmed(OrderId order) {
        orders.put(new Ordered(order, Status.CONFIRMED, TOTAL, LINES));
        payments.put(new Paid(order, Paying.CAPTURED, TOTAL, false));
        holds.put(new Held(order, Holding.COMMITTED, LINES.reversed()));
    }

    private void rejected(OrderId order) {
        orders.put(new Ordered(order, Status.REJECTED, TOTAL, LINES));
        payments.put(new Paid(order, Paying.DECLINED, TOTAL, false));
    }

    private OrderId mint(Instant at) {
        return OrderId.mint(at, random);
    }

    private static Arguments difference(Kind kind, Consumer<ReconcileTest> make) {
        return Arguments.of(kind, make);
    }
}
