package io.meridian.order.answering;

import static java.util.stream.Collectors.joining;

import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.Degraded;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.order.model.Malformed;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Sku;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.placing.Outcome;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.viewing.WatchOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes what was asked for out of an outcome, or throws the refusal that the outcome is. */
public final class Answers {

    /** Says that an earlier request is answered again. */
    public static final String REPLAYED = "Idempotent-Replayed";

    private Answers() {}

    /**
     * Runs the work of one request; what nobody can answer better becomes a refusal.
     *
     * @throws io.meridian.deadline.ScopeEndedException if the database gave up because nobody waits any more
     */
    public static <R> R answering(Supplier<R> work) {
        try {
            return work.get();
        } catch (Malformed malformed) {
            throw ProblemException.of(Problem.MALFORMED, malformed.detail());
        } catch (StoreUnavailable _) {
            DeadlineScope.current().ifPresent(scope -> scope.check("asking the order database"));
            throw ProblemException.of(
                    Problem.DEPENDENCY_UNAVAILABLE,
                    "The order database does not answer. The request may be repeated under the same key.");
        }
    }

    /** Where an order is found. */
    public static String location(OrderId id) {
        return "/api/orders/" + id;
    }

    /** The confirmed order. */
    public static Order.Confirmed placed(PlaceOrder.Answer answer) {
        return switch (answer.outcome()) {
            case Outcome.Confirmed(var order) -> order;
            case Outcome.Rejected(var order) -> throw replayed(rejected(order), answer);
            case Outcome.Cancelled(var order) ->
                throw replayed(
                        about(
                                        order.id(),
                                        ProblemException.of(
                                                Problem.ORDER_CANCELLED, "The order was cancelled while it was placed."))
                                .with("reason", order.reason().code()),
                        answer);
            case Outcome.Unfinished(var id) ->
                throw about(
                        id,
                        ProblemException.of(
                                Problem.DEADLINE_EXCEEDED,
                                "Order " + id + " is not finished yet. It will be; read it where Location says."));
            case Outcome.InProgress(var id) ->
                throw about(
                                id,
                                ProblemException.of(
                                        Problem.REQUEST_IN_PROGRESS,
                                        "The first request with this key has no answer yet. Repeat it a little later."))
                        .header("Retry-After", "1");
            case Outcome.KeyReused() ->
                throw ProblemException.of(
                        Problem.IDEMPOTENCY_KEY_REUSED,
                        "This customer has used the key for a request with another body. Use a new key.");
            case Outcome.UnknownSkus(var skus) ->
                throw unknown(skus).with("reason", Rejection.UNKNOWN_SKU.code());
            case Outcome.Away(var who, var retryAfter) ->
                throw ProblemException.of(
                                Problem.DEPENDENCY_UNAVAILABLE,
                                "No orders are taken at the moment, because " + who
                                        + " does not work. Nothing was stored; orders can be read.")
                        .header("Retry-After", Long.toString(seconds(retryAfter)))
                        .header(Degraded.HEADER, who);
        };
    }

    /** The cancelled order. */
    public static Order.Cancelled cancelled(OrderId id, CancelOrder.Outcome outcome) {
        return switch (outcome) {
            case CancelOrder.Outcome.Cancelled(var order) -> order;
            case CancelOrder.Outcome.NotCancellable(var order) ->
                throw ProblemException.of(
                                Problem.NOT_CANCELLABLE,
                                "Order " + order.id() + " is " + order.status() + "; nothing is left to cancel.")
                        .with("orderId", order.id().toString());
            case CancelOrder.Outcome.NoSuchOrder() -> throw noSuchOrder(id);
        };
    }

    /** The open watch; empty if the watcher has seen all there will be. */
    public static Optional<WatchOrder.Watching> watched(OrderId id, WatchOrder.Outcome outcome) {
        return switch (outcome) {
            case WatchOrder.Outcome.Open(var watching) -> Optional.of(watching);
            case WatchOrder.Outcome.NothingLeft() -> Optional.empty();
            case WatchOrder.Outcome.NoSuchOrder() -> throw noSuchOrder(id);
            case WatchOrder.Outcome.Overloaded() ->
                throw ProblemException.of(
                        Problem.OVERLOADED,
                        "As many orders are being watched as this instance takes on. Come back a little later.");
        };
    }

    public static ProblemException noSuchOrder(OrderId id) {
        return ProblemException.of(Problem.NOT_FOUND, "There is no order " + id + ".");
    }

    private static ProblemException rejected(Order.Rejected order) {
        var problem =
                switch (order.reason()) {
                    case OUT_OF_STOCK ->
                        ProblemException.of(Problem.OUT_OF_STOCK, "There is too little of " + names(order.skus()) + ".")
                                .with("skus", order.skus().stream().map(Sku::value).toList());
                    case UNKNOWN_SKU -> unknown(order.skus());
                    case CARD_DECLINED -> ProblemException.of(Problem.PAYMENT_DECLINED, "The card was declined.");
                    case INSUFFICIENT_FUNDS ->
                        ProblemException.of(Problem.PAYMENT_DECLINED, "The card has insufficient funds.");
                    case UNKNOWN_CARD ->
                        ProblemException.of(Problem.PAYMENT_DECLINED, "The card provider does not know the card.");
                    case DEPENDENCY_UNAVAILABLE -> unavailable("A service the order needs is not available.");
                    case HOLD_EXPIRED -> unavailable("The stock was no longer held when the order could be confirmed.");
                    case AUTHORISATION_CLOSED ->
                        unavailable("The payment was no longer authorised when the order could be confirmed.");
                    case STOCK_UNKNOWN_TOO_LONG -> unavailable("Whether there is stock could not be found out in time.");
                    case PAYMENT_UNKNOWN_TOO_LONG ->
                        unavailable("What became of the payment could not be found out in time.");
                    case GIVEN_UP -> unavailable("The order could not be brought to its end.");
                };
        return about(order.id(), problem).with("reason", order.reason().code());
    }

    private static ProblemException unknown(List<Sku> skus) {
        return ProblemException.of(Problem.MALFORMED, "items: expected products of the catalogue, found " + names(skus))
                .with("skus", skus.stream().map(Sku::value).toList());
    }

    private static ProblemException unavailable(String what) {
        return ProblemException.of(
                Problem.DEPENDENCY_UNAVAILABLE,
                what + " The order is rejected and nothing is charged; order again under a new key.");
    }

    /** Whole seconds, as HTTP has them: rather too long than too short, and never none. */
    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static ProblemException about(OrderId id, ProblemException problem) {
        return problem.with("orderId", id.toString()).header("Location", location(id));
    }

    private static ProblemException replayed(ProblemException problem, PlaceOrder.Answer answer) {
        return answer.replayed() ? problem.header(REPLAYED, "true") : problem;
    }

    private static String names(List<Sku> skus) {
        return skus.stream().map(Sku::value).collect(joining(", "));
    }
}
