package io.meridian.order.fake;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Lifecycle;
import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Placement;
import io.meridian.order.model.PricedLine;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Step;
import io.meridian.order.placing.Claim;
import io.meridian.order.placing.Entry;
import io.meridian.order.placing.Orders;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every journal of orders does: the one in memory and the one in PostgreSQL. */
public abstract class OrdersContract {

    private static final Random RANDOM = new Random();
    private static final Duration TERM = Duration.ofSeconds(15);
    protected static final CardToken CARD = new CardToken("tok_ok");

    private final CustomerId customer = new CustomerId("c-" + UUID.randomUUID());

    protected abstract Orders orders();

    protected abstract Unfinished unfinished();

    protected abstract Backlog backlog();

    /** Lets time pass until the order is due, and until a lease on it has run out. */
    protected abstract void becomeDue(OrderId id);

    protected abstract List<Step> steps(OrderId id);

    /** How many ends of this order were announced. */
    protected abstract int announced(OrderId id);

    @Test
    void aClaimIsGrantedOnceAndRemembersTheOrder() {
        var order = placed();
        var key = key();

        assertThat(orders().claim(order, CARD, key, "f")).isEqualTo(new Claim.Fresh(new Entry(order, 1, 0)));
        assertThat(orders().claim(placed(), CARD, key, "f")).isEqualTo(new Claim.Repeated(new Entry(order, 1, 0)));
        assertThat(orders().claim(placed(), CARD, key, "g")).isEqualTo(new Claim.OtherRequest());
        assertThat(orders().find(order.id())).contains(new Entry(order, 1, 0));
        assertThat(steps(order.id())).containsExactly(Step.PENDING);
    }

    @Test
    void everyStateIsReadAsItWasWritten() {
        var placed = claimed();
        var reserved = write(placed, new Fact.Held(pricing()));
        var confirmed = write(reserved, new Fact.Authorised());
        var cancelled = write(confirmed, new Fact.CancelAsked());
        var rejected = write(claimed(), new Fact.Refused(Rejection.OUT_OF_STOCK, List.of(new Sku("SKU-0002"))));
        var declined = write(write(claimed(), new Fact.Held(pricing())), Fact.Refused.because(Rejection.CARD_DECLINED));

        assertThat(cancelled.version()).isEqualTo(4);
        assertThat(List.of(rejected, declined, cancelled)).allSatisfy(it -> assertThat(orders().find(it.order().id()))
                .contains(it));
        assertThat(steps(cancelled.order().id())).containsExactly(Step.PENDING, Step.CONFIRMED, Step.CANCELLED);
        assertThat(announced(cancelled.order().id())).isEqualTo(2);
        assertThat(announced(rejected.order().id())).isEqualTo(1);
    }

    @Test
    void anOrderThatIsReservedIsReadAsItWasWritten() {
        var reserved = write(claimed(), new Fact.Held(pricing()));

        assertThat(orders().find(reserved.order().id())).contains(reserved);
        assertThat(announced(reserved.order().id())).isZero();
    }

    @Test
    void whoWritesOverAnOlderVersionIsRefusedAndWritesNothing() {
        var placed = claimed();
        write(placed, new Fact.CancelAsked());

        assertThat(orders().write(placed, next(placed, new Fact.Held(pricing())))).isEmpty();
        assertThat(orders().write(placed, next(placed, Fact.Refused.because(Rejection.OUT_OF_STOCK)))).isEmpty();
        assertThat(steps(placed.order().id())).containsExactly(Step.PENDING, Step.CANCELLED);
        assertThat(announced(placed.order().id())).isEqualTo(1);
    }

    @Test
    void anOrderIsLeasedOnlyWhenDueOnlyOnceAndWithItsCard() {
        var entry = claimed();
        assertThat(lease(entry)).isEmpty();

        becomeDue(entry.order().id());
        var first = lease(entry).orElseThrow();
        assertThat(first.entry()).isEqualTo(new Entry(entry.order(), 1, 1));
        assertThat(first.card()).isEqualTo(CARD);
        assertThat(first.attempts()).isEqualTo(1);
        assertThat(lease(entry)).isEmpty();
    }

    @Test
    void twoSettlersNeverBothAct() {
        var entry = claimed();
        becomeDue(entry.order().id());
        var early = lease(entry).orElseThrow();
        becomeDue(entry.order().id());
        var late = lease(entry).orElseThrow();

        assertThat(late.entry().epoch()).isGreaterThan(early.entry().epoch());
        assertThat(orders().write(entry, next(entry, new Fact.Held(pricing())))).isEmpty();
        assertThat(orders().write(early.entry(), next(early.entry(), new Fact.Held(pricing())))).isEmpty();
        assertThat(orders().write(early.entry(), next(early.entry(), Fact.Refused.because(Rejection.OUT_OF_STOCK)))).isEmpty();
        unfinished().defer(early, Duration.ZERO, "late");
        assertThat(lease(entry)).isEmpty();
        assertThat(orders().write(late.entry(), next(late.entry(), new Fact.Held(pricing())))).isPresent();
    }

    @Test
    void anOrderThatIsPutDownIsDueAgainAndOneThatEndedIsNot() {
        var entry = claimed();
        becomeDue(entry.order().id());
        var first = lease(entry).orElseThrow();
        unfinished().defer(first, Duration.ZERO, "silence");

        var second = lease(entry).orElseThrow();
        assertThat(second.attempts()).isEqualTo(2);
        write(second.entry(), Fact.Refused.because(Rejection.STOCK_UNKNOWN_TOO_LONG));
        becomeDue(entry.order().id());
        assertThat(lease(entry)).isEmpty();
    }

    @Test
    void stepsAreNumberedInTheOrderTheyCame() {
        var confirmed = write(write(claimed(), new Fact.Held(pricing())), new Fact.Authorised());
        var id = confirmed.order().id();

        assertThat(orders().note(id, new Fact.Followed(Step.PAYMENT_CAPTURED, null), Instant.EPOCH)).isTrue();
        assertThat(orders().note(id, new Fact.Followed(Step.STOCK_RETURNED, "expired"), Instant.EPOCH)).isTrue();
        assertThat(orders().note(placed().id(), new Fact.Followed(Step.STOCK_RETURNED, null), Instant.EPOCH)).isFalse();
        assertThat(steps(id))
                .containsExactly(Step.PENDING, Step.CONFIRMED, Step.PAYMENT_CAPTURED, Step.STOCK_RETURNED);
        assertThat(orders().find(id)).contains(confirmed);
    }

    @Test
    void stepThatIsToldAgainStandsOnceAndTheSameStepForAnotherReasonStandsToo() {
        var id = write(write(claimed(), new Fact.Held(pricing())), new Fact.Authorised()).order().id();
        orders().note(id, new Fact.Followed(Step.STOCK_RETURNED, "expired"), Instant.EPOCH);
        orders().note(id, new Fact.Followed(Step.STOCK_COMMITTED, null), Instant.EPOCH);

        assertThat(orders().note(id, new Fact.Followed(Step.STOCK_RETURNED, "expired"), Instant.EPOCH)).isTrue();
        assertThat(orders().note(id, new Fact.Followed(Step.STOCK_COMMITTED, null), Instant.EPOCH)).isTrue();
        orders().note(id, new Fact.Followed(Step.STOCK_RETURNED, "cancelled"), Instant.EPOCH);

        assertThat(steps(id))
                .containsExactly(
                        Step.PENDING, Step.CONFIRMED, Step.STOCK_RETURNED, Step.STOCK_COMMITTED, Step.STOCK_RETURNED);
    }

    @Test
    void whatIsUnfinishedIsToldWithWhoDrivesItAndWhyItFailed() {
        var entry = claimed();
        var id = entry.order().id();
        assertThat(open(id).attempts()).isZero();
        assertThat(open(id).dueIn()).isPositive();
        assertThat(open(id).leasedFor()).isZero();
        assertThat(open(id).lastFailure()).isEmpty();

        becomeDue(id);
        var leased = lease(entry).orElseThrow();
        assertThat(open(id))
                .satisfies(it -> assertThat(it.epoch()).isEqualTo(1))
                .satisfies(it -> assertThat(it.leasedFor()).isBetween(Duration.ofSeconds(1), TERM));

        unfinished().defer(leased, Duration.ofSeconds(30), "no answer");
        assertThat(open(id).lastFailure()).isEqualTo("no answer");
        assertThat(open(id).dueIn()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(open(id).leasedFor()).isZero();
        assertThat(open(id).order()).isEqualTo(entry.order());

        write(leased.entry(), new Fact.CancelAsked());
        assertThat(backlog().open(Duration.ZERO, 1_000)).noneMatch(it -> it.order().id().equals(id));
    }

    @Test
    void eachOrderBecomesStuckOnce() {
        var id = claimed().order().id();

        assertThat(becameStuck(Duration.ofHours(1), id)).isFalse();
        assertThat(becameStuck(Duration.ZERO, id)).isTrue();
        assertThat(becameStuck(Duration.ZERO, id)).isFalse();
        assertThat(backlog().figures(Duration.ZERO).stuck()).isPositive();
        assertThat(backlog().figures(Duration.ofDays(1)).stuck()).isZero();
        assertThat(backlog().figures(Duration.ZERO).unfinished()).isPositive();
    }

    @Test
    void anOrderIsTakenWhenNobodyDrivesItAndInANewEpoch() {
        var entry = claimed();
        var id = entry.order().id();
        assertThat(backlog().take(id, TERM)).isInstanceOf(Backlog.Taking.Busy.class);

        becomeDue(id);
        var leased = lease(entry).orElseThrow();
        assertThat(backlog().take(id, TERM))
                .isInstanceOfSatisfying(Backlog.Taking.Busy.class, it -> assertThat(it.left()).isLessThanOrEqualTo(TERM));

        unfinished().defer(leased, Duration.ofHours(1), "no answer");
        assertThat(backlog().take(id, TERM)).isInstanceOfSatisfying(Backlog.Taking.Taken.class, it -> {
            assertThat(it.leased().entry().epoch()).isEqualTo(2);
            assertThat(it.leased().card()).isEqualTo(CARD);
            assertThat(it.leased().attempts()).isEqualTo(2);
            assertThat(orders().write(leased.entry(), next(leased.entry(), new Fact.Held(pricing())))).isEmpty();
            write(it.leased().entry(), Fact.Refused.because(Rejection.GIVEN_UP));
        });
        assertThat(backlog().take(id, TERM)).isInstanceOf(Backlog.Taking.HasEnded.class);
        assertThat(backlog().take(placed().id(), TERM)).isEqualTo(new Backlog.Taking.NoSuchOrder());
    }

    private Backlog.Open open(OrderId id) {
        return backlog().open(Duration.ZERO, 1_000).stream()
                .filter(it -> it.order().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private boolean becameStuck(Duration age, OrderId id) {
        return backlog().becameStuck(age).stream().anyMatch(it -> it.order().id().equals(id));
    }

    protected Order.Placed placed() {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Order.Placed(new Placement(
                OrderId.mint(now, RANDOM),
                customer,
                List.of(new Line(new Sku("SKU-0002"), 1), new Line(new Sku("SKU-0001"), 3)),
                now));
    }

    protected static IdempotencyKey key() {
        return new IdempotencyKey(UUID.randomUUID().toString());
    }

    protected Entry claimed() {
        return ((Claim.Fresh) orders().claim(placed(), CARD, key(), "f")).entry();
    }

    protected static Pricing pricing() {
        return new Pricing(
                List.of(
                        new PricedLine(new Sku("SKU-0002"), 1, new Money(5, "EUR")),
                        new PricedLine(new Sku("SKU-0001"), 3, new Money(1_999, "EUR"))),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(600));
    }

    protected Entry write(Entry entry, Fact fact) {
        return orders().write(entry, next(entry, fact)).orElseThrow();
    }

    protected static Order next(Entry entry, Fact fact) {
        return Lifecycle.after(entry.order(), fact, Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .orElseThrow();
    }

    /** This order's lease, if it was to be had. */
    private Optional<Unfinished.Leased> lease(Entry entry) {
        return unfinished().lease(1_000, TERM).stream()
                .filter(it -> it.entry().order().id().equals(entry.order().id()))
                .findFirst();
    }
}
