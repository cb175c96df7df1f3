package io.meridian.inventory.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.meridian.inventory.holding.StockNews.Cause;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of an order's stock when the order ends, one way or another. */
class OrderEndsTest {

    private final ManualTime time = new ManualTime();
    private final FakeHolds holds = new FakeHolds();
    private final RecordedNews news = new RecordedNews();
    private final Sku one = holds.stock("SKU-0001", 10);
    private final OrderId order = new OrderId(UUID.randomUUID());
    private final List<Line> lines = List.of(new Line(one, 4));
    private final SellStock sellStock = new SellStock(holds, news, time.instants());
    private final TakeBackStock takeBackStock = new TakeBackStock(holds, news, time.instants());
    private final ExpireHolds expireHolds = new ExpireHolds(holds, news, new NoTransaction(), time.instants());

    @Test
    void aConfirmedOrderGetsWhatIsHeldForIt() {
        hold();

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Sold(false));

        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
        assertThat(news.told).containsExactly("committed " + order);
    }

    @Test
    void whatIsSoldIsNotSoldAgain() {
        hold();
        sellStock.sell(order, lines);

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Unchanged());

        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
        assertThat(news.told).hasSize(1);
    }

    @Test
    void aConfirmationAfterTheExpiryTakesTheStockAgain() {
        hold();
        expire();
        news.told.clear();

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Sold(true));

        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
        assertThat(holds.stockOf(one).onHand()).isEqualTo(6);
        assertThat(news.told).containsExactly("committed " + order);
    }

    @Test
    void aConfirmationAfterTheExpiryLosesWhatIsGone() {
        hold();
        expire();
        holds.take(new OrderId(UUID.randomUUID()), 0, List.of(new Line(one, 7)), time.now(), time.now().plusSeconds(600));
        news.told.clear();

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Lost(List.of(one)));

        assertThat(holds.stockOf(one).sold()).isZero();
        assertThat(news.told).containsExactly("lost " + order + " [SKU-0001]");
    }

    @Test
    void aConfirmationWithoutAnyHoldLosesEverythingAndClosesTheOrder() {
        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Lost(List.of(one)));

        assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.CLOSED);
        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Lost(List.of(one)));
        assertThat(news.told).containsOnly("lost " + order + " [SKU-0001]").hasSize(2);
    }

    @Test
    void aHoldThatAppearsWhileItIsSoldIsSold() {
        holds.beforeNextClose(this::hold);

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Sold(false));
    }

    @Test
    void aHoldThatAppearsBeforeItIsLookedForIsSold() {
        holds.beforeNextFind(this::hold);

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Sold(false));
    }

    @Test
    void aLedgerThatHoldsLessThanItPromisedIsAFault() {
        hold();
        holds.stock("SKU-0001", 10);

        assertThatIllegalStateException()
                .isThrownBy(() -> sellStock.sell(order, lines))
                .withMessageContaining(order.toString());
    }

    @Test
    void aRejectedOrderGivesBackWhatIsHeldForIt() {
        hold();

        assertThat(takeBackStock.takeBack(order, Cause.REJECTED)).isEqualTo(TakeBackStock.Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).containsExactly("returned " + order + " REJECTED");
    }

    @Test
    void aCancelledOrderGivesBackWhatWasSoldToIt() {
        hold();
        sellStock.sell(order, lines);
        news.told.clear();

        assertThat(takeBackStock.takeBack(order, Cause.CANCELLED)).isEqualTo(TakeBackStock.Outcome.RETURNED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).containsExactly("returned " + order + " CANCELLED");
    }

    @Test
    void whatIsBackDoesNotComeBackAgainButIsToldToWhoeverWaits() {
        hold();
        holds.move(order, Move.RELEASE, time.now());

        assertThat(takeBackStock.takeBack(order, Cause.REJECTED)).isEqualTo(TakeBackStock.Outcome.UNCHANGED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).containsExactly("returned " + order + " REJECTED");
    }

    @Test
    void anOrderThatEndsBeforeItHoldsIsClosed() {
        assertThat(takeBackStock.takeBack(order, Cause.CANCELLED)).isEqualTo(TakeBackStock.Outcome.CLOSED);

        assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.CLOSED);
        assertThat(news.told).containsExactly("returned " + order + " CANCELLED");
    }

    @Test
    void aHoldThatAppearsWhileItsOrderEndsIsReleased() {
        holds.beforeNextClose(this::hold);

        assertThat(takeBackStock.takeBack(order, Cause.REJECTED)).isEqualTo(TakeBackStock.Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).hasSize(1);
    }

    @Test
    void aConfirmationAfterTheReturnChangesNothing() {
        hold();
        sellStock.sell(order, lines);
        takeBackStock.takeBack(order, Cause.CANCELLED);
        news.told.clear();

        assertThat(sellStock.sell(order, lines)).isEqualTo(new SellStock.Unchanged());

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).isEmpty();
    }

    @Test
    void aHoldExpiresWhenItsTimeIsOverAndNotBefore() {
        hold();
        time.advance(Duration.ofSeconds(59));
        assertThat(expireHolds.overdue(10)).isEmpty();

        time.advance(Duration.ofSeconds(1));

        assertThat(expireHolds.overdue(10)).containsExactly(order);
        assertThat(expireHolds.expire(order)).isTrue();
        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
        assertThat(news.told).containsExactly("returned " + order + " EXPIRED");
    }

    @Test
    void whatWasSoldMeanwhileDoesNotExpire() {
        hold();
        time.advance(Duration.ofMinutes(1));
        var overdue = expireHolds.overdue(10);
        sellStock.sell(order, lines);
        news.told.clear();

        assertThat(overdue).containsExactly(order);
        assertThat(expireHolds.expire(order)).isFalse();
        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
        assertThat(news.told).isEmpty();
    }

    private void hold() {
        holds.take(order, 0, lines, time.now(), time.now().plus(Duration.ofMinutes(1)));
    }

    private void expire() {
        time.advance(Duration.ofMinutes(1));
        expireHolds.expire(order);
    }
}
