package io.meridian.order.settling;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.World;
import io.meridian.order.model.Cancellation;
import io.meridian.order.model.Fact;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Status;
import io.meridian.order.model.Step;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CancelAndFollowTest {

    private final World world = new World();

    @Test
    void aConfirmedOrderIsCancelledAndUndone() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.deliverEvents();

        var outcome = world.cancelOrder().cancel(world.onlyOrder().id());

        assertThat(outcome).isEqualTo(new CancelOrder.Outcome.Cancelled((Order.Cancelled) world.onlyOrder()));
        world.deliverEvents();
        assertThat(world.stock.sold()).isEmpty();
        assertThat(world.payments.captured()).isEmpty();
    }

    @Test
    void cancellingTwiceIsAnsweredAlikeAndAnnouncedOnce() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        var id = world.onlyOrder().id();

        var first = world.cancelOrder().cancel(id);
        var second = world.cancelOrder().cancel(id);

        assertThat(second).isEqualTo(first);
        assertThat(world.orders.announced).extracting(Order::status).containsExactly(Status.CONFIRMED, Status.CANCELLED);
    }

    @Test
    void aPendingOrderIsCancelledAndSettlingLeavesItAlone() {
        world.payments.next.add(FakePayments.Way.ANSWER_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);

        world.cancelOrder().cancel(world.onlyOrder().id());
        world.settleAll();
        world.deliverEvents();

        assertThat(world.onlyOrder().status()).isEqualTo(Status.CANCELLED);
        assertThat(world.stock.holds()).isEmpty();
        assertThat(world.payments.authorised()).isEmpty();
    }

    @Test
    void aRejectedOrderCannotBeCancelled() {
        world.placeOrder().place(draft("tok_declined"), KEY);

        assertThat(world.cancelOrder().cancel(world.onlyOrder().id()))
                .isEqualTo(new CancelOrder.Outcome.NotCancellable(world.onlyOrder()));
    }

    @Test
    void anUnknownOrderCannotBeCancelled() {
        var nobodys = OrderId.mint(world.time.now(), new Random(9));

        assertThat(world.cancelOrder().cancel(nobodys)).isEqualTo(new CancelOrder.Outcome.NoSuchOrder());
    }

    @Test
    void stepsOfOthersAreRecordedAndChangeNothing() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        var id = world.onlyOrder().id();

        world.followOrder().follow(id, new Fact.Followed(Step.PAYMENT_CAPTURED, null));
        world.followOrder().follow(id, new Fact.Followed(Step.STOCK_COMMITTED, null));

        assertThat(world.orders.steps(id))
                .containsExactly(Step.PENDING, Step.CONFIRMED, Step.PAYMENT_CAPTURED, Step.STOCK_COMMITTED);
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void lostStockCancelsAndUndoesThePayment() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        var id = world.onlyOrder().id();

        world.followOrder().follow(id, new Fact.StockLost());
        world.deliverEvents();

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Cancelled.class, it -> assertThat(it.reason()).isEqualTo(Cancellation.STOCK_LOST));
        assertThat(world.payments.captured()).isEmpty();
    }

    @Test
    void aFailedCaptureAfterACancellationChangesNothing() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        var id = world.onlyOrder().id();
        world.cancelOrder().cancel(id);

        world.followOrder().follow(id, new Fact.CaptureFailed());

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Cancelled.class,
                        it -> assertThat(it.reason()).isEqualTo(Cancellation.CANCELLED_BY_CUSTOMER));
        assertThat(world.orders.announced).hasSize(2);
    }

    @Test
    void announcementsForUnknownOrdersAreHarmless() {
        var nobodys = OrderId.mint(world.time.now(), new Random(9));

        world.followOrder().follow(nobodys, new Fact.Followed(Step.PAYMENT_VOIDED, null));
        world.followOrder().follow(nobodys, new Fact.StockLost());

        assertThat(world.orders.all()).isEmpty();
    }
}
