package io.meridian.order.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LifecycleTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Placement PLACEMENT = new Placement(
            OrderId.mint(NOW, new Random(1)),
            new CustomerId("c-1"),
            List.of(new Line(new Sku("SKU-0001"), 2)),
            NOW.minusSeconds(1));
    private static final Pricing PRICING = new Pricing(
            List.of(new PricedLine(new Sku("SKU-0001"), 2, new Money(500, "EUR"))), NOW.plusSeconds(60));

    private static final Map<State, Order> ORDERS = Map.of(
            State.PLACED, new Order.Placed(PLACEMENT),
            State.RESERVED, new Order.Reserved(PLACEMENT, PRICING, NOW),
            State.CONFIRMED, new Order.Confirmed(PLACEMENT, PRICING, NOW),
            State.REJECTED, new Order.Rejected(PLACEMENT, null, Rejection.OUT_OF_STOCK, List.of(), NOW),
            State.CANCELLED,
                    new Order.Cancelled(PLACEMENT, PRICING, Cancellation.CANCELLED_BY_CUSTOMER, NOW, NOW));

    private static final Map<Fact.Kind, Fact> FACTS = new EnumMap<>(Map.of(
            Fact.Kind.HELD, new Fact.Held(PRICING),
            Fact.Kind.AUTHORISED, new Fact.Authorised(),
            Fact.Kind.REFUSED, Fact.Refused.because(Rejection.CARD_DECLINED),
            Fact.Kind.CANCEL_ASKED, new Fact.CancelAsked(),
            Fact.Kind.STOCK_LOST, new Fact.StockLost(),
            Fact.Kind.CAPTURE_FAILED, new Fact.CaptureFailed(),
            Fact.Kind.FOLLOWED, new Fact.Followed(Step.STOCK_COMMITTED, null)));

    record Pair(State state, Fact.Kind kind) {}

    static Stream<Pair> pairs() {
        return Stream.of(State.values())
                .flatMap(state -> Stream.of(Fact.Kind.values()).map(kind -> new Pair(state, kind)));
    }

    /** Written a second time, by hand: the table must say this and nothing else. */
    private static Optional<State> expected(Pair pair) {
        return Optional.ofNullable(
                switch (pair.state() + " " + pair.kind()) {
                    case "PLACED HELD" -> State.RESERVED;
                    case "RESERVED AUTHORISED" -> State.CONFIRMED;
                    case "PLACED REFUSED", "RESERVED REFUSED" -> State.REJECTED;
                    case "PLACED CANCEL_ASKED", "RESERVED CANCEL_ASKED", "CONFIRMED CANCEL_ASKED" -> State.CANCELLED;
                    case "CONFIRMED STOCK_LOST", "CONFIRMED CAPTURE_FAILED" -> State.CANCELLED;
                    default -> null;
                });
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyPairOfStateAndFactLeadsWhereTheTableSays(Pair pair) {
        var after = Lifecycle.after(order(pair.state()), fact(pair.kind()), NOW);

        assertThat(Lifecycle.next(pair.state(), pair.kind())).isEqualTo(expected(pair));
        assertThat(after.map(Order::state)).isEqualTo(expected(pair));
    }

    @Test
    void theTableCoversEveryStateAndEveryFact() {
        assertThat(ORDERS.keySet()).containsExactlyInAnyOrder(State.values());
        assertThat(FACTS.keySet()).containsExactlyInAnyOrder(Fact.Kind.values());
        ORDERS.forEach((state, order) -> assertThat(order.state()).isEqualTo(state));
    }

    @Test
    void randomFactsNeverLeadOutOfWhatIsLegal() {
        var random = new Random(42);
        for (var life = 0; life < 20_000; life++) {
            Order order = new Order.Placed(PLACEMENT);
            var wasConfirmed = false;
            for (var step = 0; step < 12; step++) {
                var fact = fact(Fact.Kind.values()[random.nextInt(Fact.Kind.values().length)]);
                var at = NOW.plusSeconds(random.nextInt(120));
                var next = Lifecycle.after(order, fact, at).orElse(order);

                if (order instanceof Order.Rejected || order instanceof Order.Cancelled) {
                    assertThat(next).isSameAs(order);
                }
                if (next instanceof Order.Confirmed confirmed && next != order) {
                    assertThat(order).isInstanceOf(Order.Reserved.class);
                    assertThat(confirmed.pricing().heldUntil()).isAfter(at);
                }
                assertThat(wasConfirmed && next instanceof Order.Rejected).isFalse();
                assertThat(order.state().hasEnded() && !next.state().hasEnded()).isFalse();
                assertThat(next.placement()).isSameAs(PLACEMENT);
                wasConfirmed |= next instanceof Order.Confirmed;
                order = next;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void everyStateThatWaitsWaitsOnlySoLong(State state) {
        var refusal = Lifecycle.afterWaitingTooLong(state);

        assertThat(refusal.isPresent()).isEqualTo(!state.hasEnded());
        refusal.ifPresent(it -> assertThat(Lifecycle.after(order(state), Fact.Refused.because(it), NOW))
                .get()
                .extracting(Order::state)
                .isEqualTo(State.REJECTED));
    }

    @Test
    void anAuthorisationThatComesAfterTheHoldConfirmsNothing() {
        var reserved = order(State.RESERVED);

        assertThat(Lifecycle.after(reserved, new Fact.Authorised(), PRICING.heldUntil())).isEmpty();
        assertThat(Lifecycle.after(reserved, new Fact.Authorised(), PRICING.heldUntil().minusNanos(1)))
                .isPresent();
        assertThat(PRICING.holdsAt(PRICING.heldUntil().minusSeconds(5), Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void aCancelledOrderRemembersWhetherItWasConfirmed() {
        var before = (Order.Cancelled)
                Lifecycle.after(order(State.RESERVED), new Fact.CancelAsked(), NOW).orElseThrow();
        var after = (Order.Cancelled)
                Lifecycle.after(order(State.CONFIRMED), new Fact.StockLost(), NOW.plusSeconds(9)).orElseThrow();

        assertThat(before.asConfirmed()).isEmpty();
        assertThat(after.asConfirmed()).contains((Order.Confirmed) order(State.CONFIRMED));
        assertThat(after.reason()).isEqualTo(Cancellation.STOCK_LOST);
    }

    private static Order order(State state) {
        return Objects.requireNonNull(ORDERS.get(state));
    }

    private static Fact fact(Fact.Kind kind) {
        return Objects.requireNonNull(FACTS.get(kind));
    }
}
