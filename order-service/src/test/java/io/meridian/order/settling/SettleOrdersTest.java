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
import io.meridian.order.placing.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    void pausesDoubleUpToTheLongestGiveOrTakeChanceAndTheOrderIsRejectedWhenItIsOldEnough() {
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

        var longest = List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThat(attemptsAt).hasSizeGreaterThan(longest.size());
        for (var attempt = 0; attempt < longest.size(); attempt++) {
            // Looked for every second, so up to one later.
            assertThat(attemptsAt.get(attempt + 1) - attemptsAt.get(attempt))
                    .as("pause after attempt " + (attempt + 1))
                    .isBetween(longest.get(attempt) / 2, longest.get(attempt) + 1);
        }
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

    /** A fault is not an answer: the order is tried again, more and more seldom, and never refused for it. */
    @Test
    void anOrderThatAFaultKeepsFromItsEndIsPutDownWithItsReasonAndNeverRefused() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);
        var id = world.onlyOrder().id();
        world.payments.meanwhile = () -> {
            throw new IllegalArgumentException("a bug");
        };
        var settleOrders = world.settleOrders();

        var attempts = 0;
        for (var second = 0; second < 300; second++) {
            world.time.advance(Duration.ofSeconds(1));
            try {
                settleOrders.settleDue();
            } catch (IllegalStateException fault) {
                assertThat(fault).hasMessageContaining(id.toString()).hasRootCauseMessage("a bug");
                attempts++;
            }
        }

        assertThat(attempts).isBetween(12, 25);
        assertThat(world.onlyOrder().status()).isEqualTo(Status.PENDING);
        assertThat(world.orders.lastFailure(id)).contains("a bug");

        world.payments.meanwhile = () -> {};
        world.settleAll();
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    /** Payment gives that answer for ever: asking again until the order is given up would keep its stock for nothing. */
    @Test
    void providerThatFailedEndsTheOrderAtTheFirstSettling() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.payments.next.add(FakePayments.Way.PROVIDER_FAILED);
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofSeconds(7));

        world.settleOrders().settleDue();

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Rejected.class,
                        it -> assertThat(it.reason()).isEqualTo(Rejection.DEPENDENCY_UNAVAILABLE));
    }

    @Test
    void whyAnAttemptFailedIsKept() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.payments.next.add(FakePayments.Way.PROVIDER_SILENT);
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofSeconds(7));

        world.settleOrders().settleDue();

        assertThat(world.orders.lastFailure(world.onlyOrder().id())).isEqualTo("authorisation: the provider is silent");
    }

    /** It answered its client before it was overtaken, or answers from the journal: a takeover refuses no good order. */
    @Test
    void aForegroundThatSleptWhileASettlerConfirmedAnswersAsTheJournalDoes() {
        world.stock.meanwhile = () -> {
            world.stock.meanwhile = () -> {};
            world.time.advance(Duration.ofSeconds(20));
            world.settleOrders().settleDue();
        };

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Confirmed((Order.Confirmed) world.onlyOrder()));
        assertThat(world.stock.refusedEpochs).isEqualTo(1);
        assertThat(world.orders.announced).hasSize(1);
    }

    @Test
    void aForegroundThatWasOvertakenBeforeTheEndSaysSoAndSpoilsNothing() {
        world.stock.meanwhile = () -> {
            world.stock.meanwhile = () -> {};
            world.time.advance(Duration.ofSeconds(20));
            world.payments.next.add(FakePayments.Way.PROVIDER_SILENT);
            world.settleOrders().settleDue();
        };

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Unfinished(world.onlyOrder().id()));
        assertThat(world.stock.refusedEpochs).isEqualTo(1);
        world.settleAll();
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    /** A driver that slept before it asked, and wakes when a later one has ended the order and nobody has heard of it yet. */
    @Test
    void whatAnOvertakenDriverAsksForChangesNothing() {
        assertThat(heldAfterTheEndByAnOvertakenDriver(true)).isFalse();
        assertThat(world.stock.refusedEpochs).isEqualTo(1);
    }

    /** The control: without the check the sleeper sets stock aside for an order that was refused before. */
    @Test
    void withoutEpochsAnOvertakenDriverSetsStockAsideForARefusedOrder() {
        assertThat(heldAfterTheEndByAnOvertakenDriver(false)).isTrue();
    }

    private boolean heldAfterTheEndByAnOvertakenDriver(boolean fenced) {
        world.stock.fenced = fenced;
        world.stock.next.add(FakeStock.Way.REQUEST_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofSeconds(7));
        var sleeper = world.orders.lease(1, Duration.ofSeconds(15)).getFirst();
        world.time.advance(Duration.ofSeconds(16));
        var later = world.orders.lease(1, Duration.ofSeconds(15)).getFirst();
        world.stock.soldOut = true;
        assertThat(world.drive().drive(later.entry(), later.card())).isInstanceOf(Drive.Progress.Ended.class);
        world.stock.soldOut = false;

        assertThat(world.drive().drive(sleeper.entry(), sleeper.card())).isEqualTo(new Drive.Progress.Overtaken());

        assertThat(world.onlyOrder().status()).isEqualTo(Status.REJECTED);
        return !world.stock.holds().isEmpty();
    }
}
