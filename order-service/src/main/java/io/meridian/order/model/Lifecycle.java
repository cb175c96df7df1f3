package io.meridian.order.model;

import static io.meridian.order.model.State.CANCELLED;
import static io.meridian.order.model.State.CONFIRMED;
import static io.meridian.order.model.State.PLACED;
import static io.meridian.order.model.State.REJECTED;
import static io.meridian.order.model.State.RESERVED;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The life of an order as one table: which state follows when a fact becomes known. A pair that is not in the table changes
 * nothing: a late or repeated fact finds the order elsewhere, and that is no error.
 *
 * <pre>
 *              HELD      AUTHORISED  REFUSED   CANCEL_ASKED  STOCK_LOST  CAPTURE_FAILED
 *  PLACED      RESERVED              REJECTED  CANCELLED
 *  RESERVED              CONFIRMED*  REJECTED  CANCELLED
 *  CONFIRMED                                   CANCELLED     CANCELLED   CANCELLED
 *  REJECTED
 *  CANCELLED
 *  * while the stock is still set aside
 * </pre>
 *
 * <p>A state that waits for somebody waits only so long: {@link #afterWaitingTooLong} names what it is refused with.
 * FOLLOWED facts are steps that others took; they are recorded in every state and change none.
 */
public final class Lifecycle {

    private static final Map<State, Map<Fact.Kind, State>> TABLE = Map.of(
            PLACED,
                    Map.of(
                            Fact.Kind.HELD, RESERVED,
                            Fact.Kind.REFUSED, REJECTED,
                            Fact.Kind.CANCEL_ASKED, CANCELLED),
            RESERVED,
                    Map.of(
                            Fact.Kind.AUTHORISED, CONFIRMED,
                            Fact.Kind.REFUSED, REJECTED,
                            Fact.Kind.CANCEL_ASKED, CANCELLED),
            CONFIRMED,
                    Map.of(
                            Fact.Kind.CANCEL_ASKED, CANCELLED,
                            Fact.Kind.STOCK_LOST, CANCELLED,
                            Fact.Kind.CAPTURE_FAILED, CANCELLED),
            REJECTED, Map.of(),
            CANCELLED, Map.of());

    private Lifecycle() {}

    /** The state that follows; empty if the fact changes nothing. */
    public static Optional<State> next(State state, Fact.Kind kind) {
        return Optional.ofNullable(TABLE.getOrDefault(state, Map.of()).get(kind));
    }

    /**
     * The order after {@code fact} became known; empty if that changes nothing.
     *
     * @param at when it became known; an authorisation that comes when the hold has run out confirms nothing
     */
    public static Optional<Order> after(Order order, Fact fact, Instant at) {
        return next(order.state(), fact.kind()).flatMap(_ -> changed(order, fact, at));
    }

    /** What an order is refused with that waited too long in this state; empty for a state that waits for nobody. */
    public static Optional<Rejection> afterWaitingTooLong(State state) {
        return switch (state) {
            case PLACED -> Optional.of(Rejection.STOCK_UNKNOWN_TOO_LONG);
            case RESERVED -> Optional.of(Rejection.PAYMENT_UNKNOWN_TOO_LONG);
            case CONFIRMED, REJECTED, CANCELLED -> Optional.empty();
        };
    }

    private static Optional<Order> changed(Order order, Fact fact, Instant at) {
        var placement = order.placement();
        return switch (fact) {
            case Fact.Held(var pricing) -> Optional.of(new Order.Reserved(placement, pricing, at));
            case Fact.Authorised() -> confirmed(order, at);
            case Fact.Refused(var reason, var skus) ->
                Optional.of(new Order.Rejected(placement, order.pricing(), reason, skus, at));
            case Fact.CancelAsked() -> Optional.of(cancelled(order, Cancellation.CANCELLED_BY_CUSTOMER, at));
            case Fact.StockLost() -> Optional.of(cancelled(order, Cancellation.STOCK_LOST, at));
            case Fact.CaptureFailed() -> Optional.of(cancelled(order, Cancellation.CAPTURE_FAILED, at));
            case Fact.Followed _ -> Optional.empty();
        };
    }

    private static Optional<Order> confirmed(Order order, Instant at) {
        return order instanceof Order.Reserved(var placement, var pricing, _) && pricing.holdsAt(at, Duration.ZERO)
                ? Optional.of(new Order.Confirmed(placement, pricing, at))
                : Optional.empty();
    }

    private static Order cancelled(Order order, Cancellation reason, Instant at) {
        var confirmedAt = order instanceof Order.Confirmed confirmed ? confirmed.at() : null;
        return new Order.Cancelled(order.placement(), order.pricing(), reason, confirmedAt, at);
    }
}
