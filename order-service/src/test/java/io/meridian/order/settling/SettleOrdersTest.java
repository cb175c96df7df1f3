package io.meridian.order.settling;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.FakeStock;
import io.meridian.order.fake.World;
import io.meridian.order.model.Order;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Status;
import io.meridian.order.placing.Drive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SettleOrdersTest {

    private final World world = new World();

    @Test
    void whatAPaymentLeftUnansweredIsAskedAgainAndConfirmed() {
        world.payments.next.add(FakePayments.Way.ANSWER_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);

        world.time.advance(Duration.ofSeconds(7));
        var settled = world.settleOrders().settleDue();

        assertThat(settled).isEqualTo(1);
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
        assertThat(world.stock.waited).hasSize(1);
    }

    @Test
    void anOrderThatIsStillBeingPlacedIsLeftAlone() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(world.settleOrders().settleDue()).isZero();
        assertThat(world.onlyOrder().status()).isEqualTo(Status.PENDING);
    }

    @Test
    void pausesDoubleUpToTheLongestAndTheOrderIsRejectedWhenItIsOldEnough() {
        IntStream.range(0, 100).forEach(_ -> world.payments.next.add(FakePayments.Way.PROVIDER_SILENT));
        world.placeOrder().place(draft("tok_ok"), KEY);
        var attemptsAt = new ArrayList<Long>();
        var start = world.time.now();
        var settleOrders = world.settleOrders();

        while (world.hasUnfinished()) {
            world.time.advance(Duration.ofSeconds(1));
            if (settleOrders.settleDue() > 0) {
                attemptsAt.add(Duration.between(start, world.time.now()).toSeconds());
            }
        }

        assertThat(IntStream.range(1, attemptsAt.size())
                        .mapToLong(it -> attemptsAt.get(it) - attemptsAt.get(it - 1)))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Rejected.class,
                        it -> assertThat(it.reason()).isEqualTo(Rejection.PAYMENT_UNKNOWN_TOO_LONG));
        world.deliverEvents();
        assertThat(world.stock.holds()).isEmpty();
    }

    @Test
    void aNeighbourThatIsAwayWhileSettlingIsWaitedForBeforeTheOrderIsRejected() {
        world.stock.next.add(FakeStock.Way.ANSWER_LOST);
        world.stock.next.add(FakeStock.Way.AWAY);
        world.placeOrder().place(draft("tok_ok"), KEY);

        world.settleAll();

        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void anInventoryThatStaysAwayRejectsAtTheBound() {
        IntStream.range(0, 100).forEach(_ -> world.stock.next.add(FakeStock.Way.REQUEST_LOST));
        world.placeOrder().place(draft("tok_ok"), KEY);

        world.settleAll();

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Rejected.class,
                        it -> assertThat(it.reason()).isEqualTo(Rejection.STOCK_UNKNOWN_TOO_LONG));
    }

    @Test
    void aHoldThatRanOutBeforeSettlingCameIsNotConfirmed() {
        world.payments.next.add(FakePayments.Way.ANSWER_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(FakeStock.HOLD);

        world.settleOrders().settleDue();

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Rejected.class, it -> assertThat(it.reason()).isEqualTo(Rejection.HOLD_EXPIRED));
        world.deliverEvents();
        assertThat(world.payments.authorised()).isEmpty();
    }

    @Test
    void aSettlerThatSleptThroughItsLeaseWritesNothing() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofSeconds(7));
        var sleeper = world.orders.lease(1, Duration.ofSeconds(15)).getFirst();

        world.time.advance(Duration.ofSeconds(16));
        world.settleOrders().settleDue();
        var late = world.drive().drive(sleeper.entry(), sleeper.card());

        assertThat(late).isEqualTo(new Drive.Progress.Overtaken());
        assertThat(world.orders.announced).hasSize(1);
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void aLeasedOrderIsNobodyElses() {
        world.payments.next.addAll(Collections.nCopies(1, FakePayments.Way.REQUEST_LOST));
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofSeconds(7));

        assertThat(world.orders.lease(10, Duration.ofSeconds(15))).hasSize(1);
        assertThat(world.settleOrders().settleDue()).isZero();
    }
}
