package io.meridian.order.placing;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.FakeStock;
import io.meridian.order.fake.World;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Line;
import io.meridian.order.model.Order;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Status;
import io.meridian.order.model.Step;
import io.meridian.order.model.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlaceOrderTest {

    private final World world = new World();

    @Test
    void aGoodOrderIsHeldAuthorisedConfirmedAndAnnouncedOnce() {
        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        var order = ((Outcome.Confirmed) answer.outcome()).order();
        assertThat(answer.replayed()).isFalse();
        assertThat(order.pricing().total()).isEqualTo(FakeStock.PRICE.times(2));
        assertThat(world.onlyOrder()).isEqualTo(order);
        assertThat(world.orders.announced).containsExactly(order);
        assertThat(world.orders.steps(order.id())).containsExactly(Step.PENDING, Step.CONFIRMED);
        assertThat(world.stock.holds()).containsExactly(order.id());
        assertThat(world.payments.authorised()).containsEntry(order.id(), FakeStock.PRICE.times(2));
    }

    @Test
    void aShortageRejectsAndNamesTheProducts() {
        var answer = world.placeOrder().place(draft("tok_ok", "SKU-0001", "SKU-1000"), KEY);

        var order = rejected(answer);
        assertThat(order.reason()).isEqualTo(Rejection.OUT_OF_STOCK);
        assertThat(order.skus()).containsExactly(new Sku("SKU-1000"));
        assertThat(world.orders.announced).containsExactly(order);
        assertThat(world.payments.waited).isEmpty();
    }

    @Test
    void anUnknownProductRejectsAndIsNamed() {
        var order = rejected(world.placeOrder().place(draft("tok_ok", "SKU-0000"), KEY));

        assertThat(order.reason()).isEqualTo(Rejection.UNKNOWN_SKU);
        assertThat(order.skus()).containsExactly(new Sku("SKU-0000"));
    }

    @Test
    void aDeclinedCardRejectsAndGivesTheHoldBackAtOnce() {
        var order = rejected(world.placeOrder().place(draft("tok_declined"), KEY));

        assertThat(order.reason()).isEqualTo(Rejection.CARD_DECLINED);
        assertThat(world.stock.holds()).isEmpty();
        assertThat(world.payments.authorised()).isEmpty();
        assertThat(world.orders.announced).containsExactly(order);
    }

    @Test
    void onlyWhatIsAnsweredAgainCountsAsAReplay() {
        var placeOrder = world.placeOrder();
        placeOrder.place(draft("tok_ok"), KEY);
        placeOrder.place(draft("tok_declined"), KEY); // the key is taken by another request
        assertThat(placeOrder.replays()).isZero();

        placeOrder.place(draft("tok_ok"), KEY);

        assertThat(placeOrder.replays()).isOne();
    }

    @Test
    void aNeighbourThatIsAwayRejects() {
        world.stock.next.add(FakeStock.Way.AWAY);

        assertThat(rejected(world.placeOrder().place(draft("tok_ok"), KEY)).reason())
                .isEqualTo(Rejection.DEPENDENCY_UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"AWAY", "PROVIDER_FAILED"})
    void aPaymentThatFailsRejectsAndGivesTheHoldBack(FakePayments.Way way) {
        world.payments.next.add(way);

        var order = rejected(world.placeOrder().place(draft("tok_ok"), KEY));

        assertThat(order.reason()).isEqualTo(Rejection.DEPENDENCY_UNAVAILABLE);
        assertThat(world.stock.holds()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST"})
    void aHoldWithoutAnAnswerLeavesTheOrderPending(FakeStock.Way way) {
        world.stock.next.add(way);

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Unfinished(world.onlyOrder().id()));
        assertThat(world.onlyOrder()).isInstanceOf(Order.Placed.class);
        assertThat(world.orders.announced).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUEST_LOST", "ANSWER_LOST", "PROVIDER_SILENT"})
    void anAuthorisationWithoutAnAnswerLeavesTheOrderPendingWithItsPrices(FakePayments.Way way) {
        world.payments.next.add(way);

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Unfinished(world.onlyOrder().id()));
        assertThat(world.onlyOrder()).isInstanceOf(Order.Reserved.class);
        assertThat(world.stock.holds()).hasSize(1);
    }

    @Test
    void oneBudgetSpansBothQuestions() {
        world.stock.takes = Duration.ofMillis(1_900);
        world.payments.takes = Duration.ofMillis(2_700);

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isInstanceOf(Outcome.Unfinished.class);
        assertThat(world.stock.waited).containsExactly(World.PATIENCE.hold());
        assertThat(world.payments.waited).containsExactly(World.PATIENCE.total().minusMillis(1_900));
    }

    @Test
    void aSpentBudgetAsksNobody() {
        world.stock.meanwhile = () -> world.time.advance(World.PATIENCE.total());

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isInstanceOf(Outcome.Unfinished.class);
        assertThat(world.payments.waited).isEmpty();
    }

    @Test
    void aHoldThatRunsOutWhilePaymentAnswersIsNotConfirmed() {
        world.payments.meanwhile = () -> world.time.advance(FakeStock.HOLD);

        var order = rejected(world.placeOrder().place(draft("tok_ok"), KEY));

        assertThat(order.reason()).isEqualTo(Rejection.HOLD_EXPIRED);
        world.deliverEvents();
        assertThat(world.payments.authorised()).isEmpty();
        assertThat(world.payments.captured()).isEmpty();
    }

    @Test
    void aRepeatIsAnsweredAsTheFirstWithoutAskingAnybody() {
        var first = world.placeOrder().place(draft("tok_ok"), KEY);
        var second = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(second).isEqualTo(new PlaceOrder.Answer(first.outcome(), true));
        assertThat(world.stock.waited).hasSize(1);
        assertThat(world.orders.all()).hasSize(1);
    }

    @Test
    void aRepeatOfARefusalIsTheSameRefusal() {
        var first = world.placeOrder().place(draft("tok_ok", "SKU-1000"), KEY);

        assertThat(world.placeOrder().place(draft("tok_ok", "SKU-1000"), KEY))
                .isEqualTo(new PlaceOrder.Answer(first.outcome(), true));
    }

    @Test
    void aRepeatAfterACancellationIsStillAnsweredAsTheFirst() {
        var first = world.placeOrder().place(draft("tok_ok"), KEY);
        world.time.advance(Duration.ofMinutes(1));
        world.cancelOrder().cancel(world.onlyOrder().id());

        assertThat(world.placeOrder().place(draft("tok_ok"), KEY))
                .isEqualTo(new PlaceOrder.Answer(first.outcome(), true));
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aKeyThatWasUsedForAnotherRequestIsRefused() {
        world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(world.placeOrder().place(draft("tok_ok", "SKU-0002"), KEY).outcome())
                .isEqualTo(new Outcome.KeyReused());
        assertThat(world.orders.all()).hasSize(1);
    }

    @Test
    void anotherKeyIsAnotherOrder() {
        world.placeOrder().place(draft("tok_ok"), KEY);
        world.placeOrder().place(draft("tok_ok"), new IdempotencyKey("key-2"));

        assertThat(world.orders.all()).hasSize(2);
    }

    @Test
    void aRepeatWhileTheFirstRunsIsInProgress() {
        var repeat = new AtomicReference<PlaceOrder.Answer>();
        world.payments.meanwhile = () -> {
            world.payments.meanwhile = () -> {};
            repeat.set(world.placeOrder().place(draft("tok_ok"), KEY));
        };

        var first = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(first.outcome()).isInstanceOf(Outcome.Confirmed.class);
        assertThat(repeat.get())
                .isEqualTo(new PlaceOrder.Answer(new Outcome.InProgress(world.onlyOrder().id()), false));
    }

    @Test
    void anOrderCancelledDuringTheHoldIsNotConfirmedAndUndone() {
        world.stock.meanwhile = () -> world.cancelOrder().cancel(world.onlyOrder().id());

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertCancelledAndUndone(answer);
    }

    @Test
    void anOrderCancelledDuringTheAuthorisationIsNotConfirmedAndUndone() {
        world.payments.meanwhile = () -> world.cancelOrder().cancel(world.onlyOrder().id());

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertCancelledAndUndone(answer);
    }

    @Test
    void aPlacingThatWasOvertakenBySettlingAnswersWhatSettlingDid() {
        world.payments.meanwhile = () -> {
            world.payments.meanwhile = () -> {};
            world.time.advance(Duration.ofSeconds(7));
            world.settleOrders().settleDue();
        };

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Confirmed((Order.Confirmed) world.onlyOrder()));
        assertThat(world.orders.announced).hasSize(1);
    }

    @Test
    void aJournalThatIsLostOnTheWayLeavesTheOrderToSettling() {
        var failing = new Orders() {
            @Override
            public Claim claim(
                    Order.Placed order,
                    io.meridian.order.model.CardToken card,
                    IdempotencyKey key,
                    String fingerprint) {
                return world.orders.claim(order, card, key, fingerprint);
            }

            @Override
            public Optional<Claim.Earlier> earlier(
                    io.meridian.order.model.CustomerId customer, IdempotencyKey key, String fingerprint) {
                throw new AssertionError("not asked for");
            }

            @Override
            public Optional<Entry> write(Entry last, Order next) {
                throw new StoreUnavailable("gone", new IllegalStateException());
            }

            @Override
            public boolean note(
                    io.meridian.order.model.OrderId id,
                    io.meridian.order.model.Fact.Followed step,
                    java.time.Instant at) {
                throw new AssertionError("not asked for");
            }

            @Override
            public Optional<Entry> find(io.meridian.order.model.OrderId id) {
                return world.orders.find(id);
            }
        };
        var drive = new Drive(
                world.stock, world.payments, failing, World.PATIENCE, world.time.instants(), world.time.nanos());

        var answer = new PlaceOrder(
                        failing, drive, Neighbours.ALWAYS_THERE, world.time.instants(), new java.util.Random(1))
                .place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isEqualTo(new Outcome.Unfinished(world.onlyOrder().id()));
        world.settleAll();
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void nothingIsWrittenWhileWhoeverIsNeededIsKnownToBeAway() {
        world.neighbours = () -> new Neighbours.Answer.Away("payment", Duration.ofSeconds(2));

        var answer = world.placeOrder().place(draft("tok_ok"), KEY);

        assertThat(answer).isEqualTo(new PlaceOrder.Answer(new Outcome.Away("payment", Duration.ofSeconds(2)), false));
        assertThat(world.orders.all()).isEmpty();
        assertThat(world.stock.holds()).isEmpty();
    }

    @Test
    void nothingIsWrittenForAProductThatIsKnownToBeInNoCatalogue() {
        Catalogue catalogue = lines -> lines.stream().map(Line::sku).toList();
        var placeOrder = new PlaceOrder(
                world.orders, world.drive(), world.neighbours, catalogue, world.time.instants(), new java.util.Random(1));

        var answer = placeOrder.place(draft("tok_ok"), KEY);

        assertThat(answer.outcome()).isInstanceOfSatisfying(Outcome.UnknownSkus.class, it -> assertThat(it.skus())
                .isNotEmpty());
        assertThat(answer.replayed()).isFalse();
        assertThat(world.orders.all()).isEmpty();
        assertThat(world.stock.holds()).isEmpty();
        // The key is not used up.
        assertThat(world.placeOrder().place(draft("tok_ok"), KEY).outcome()).isInstanceOf(Outcome.Confirmed.class);
    }

    @Test
    void aRepeatIsAnsweredAsTheFirstRequestWasThoughItsProductHasLeftTheCatalogue() {
        var first = world.placeOrder().place(draft("tok_ok"), KEY);
        Catalogue empty = lines -> lines.stream().map(Line::sku).toList();
        var later = new PlaceOrder(
                world.orders, world.drive(), world.neighbours, empty, world.time.instants(), new java.util.Random(1));

        assertThat(later.place(draft("tok_ok"), KEY)).isEqualTo(new PlaceOrder.Answer(first.outcome(), true));
        assertThat(later.place(draft("tok_declined"), KEY).outcome()).isInstanceOf(Outcome.KeyReused.class);
        assertThat(world.orders.all()).hasSize(1);
    }

    @Test
    void neighboursHearThatAnOrderHasBeenPlacedHoweverThatEnds() {
        var asked = new AtomicInteger();
        var placed = new AtomicInteger();
        world.neighbours = () -> {
            asked.incrementAndGet();
            return new Neighbours.Answer.There(placed::incrementAndGet);
        };

        world.placeOrder().place(draft("tok_ok"), KEY);
        world.points.crashAt(1);
        assertThatThrownBy(() -> world.placeOrder().place(draft("tok_ok"), new IdempotencyKey("key-2"))).isNotNull();

        assertThat(asked).hasValue(2);
        assertThat(placed).hasValue(2);
    }

    private void assertCancelledAndUndone(PlaceOrder.Answer answer) {
        assertThat(answer.outcome()).isEqualTo(new Outcome.Cancelled((Order.Cancelled) world.onlyOrder()));
        world.deliverEvents();
        assertThat(world.stock.holds()).isEmpty();
        assertThat(world.payments.authorised()).isEmpty();
        assertThat(world.orders.announced).isEqualTo(List.of(world.onlyOrder()));
    }

    private static Order.Rejected rejected(PlaceOrder.Answer answer) {
        assertThat(answer.outcome()).isInstanceOf(Outcome.Rejected.class);
        return ((Outcome.Rejected) answer.outcome()).order();
    }
}
