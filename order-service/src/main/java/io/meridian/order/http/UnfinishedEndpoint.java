package io.meridian.order.http;

import io.meridian.deadline.DeadlineScope;
import io.meridian.order.model.Malformed;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.settling.TendOrders;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code /actuator/unfinished}: the orders that have not ended, for whoever looks after them.
 *
 * <p>{@code GET} lists them, the oldest first; {@code ?stuck=true} only those that somebody has to look after, {@code ?limit=} up to so
 * many. {@code POST /actuator/unfinished/<order>} with {@code {"action":"drive"}} drives one now, with {@code "give-up"} rejects it.
 * Either is refused with 409 while somebody drives the order or if it has ended. It is on the management port, for people who may see
 * every order; nothing there tells a card.
 */
@Endpoint(id = "unfinished")
public final class UnfinishedEndpoint {

    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;

    private final TendOrders tendOrders;
    private final Duration patience;

    /** @param patience how long an action may take */
    public UnfinishedEndpoint(TendOrders tendOrders, Duration patience) {
        this.tendOrders = tendOrders;
        this.patience = patience;
    }

    @ReadOperation
    public WebEndpointResponse<?> list(@Nullable String stuck, @Nullable String limit) {
        return answered(() -> {
            var onlyStuck = flag("stuck", stuck);
            var most = number("limit", limit);
            var figures = tendOrders.figures();
            var orders = tendOrders.open(onlyStuck, most).stream()
                    .map(it -> OpenOrderJson.of(it, tendOrders.stuckAfter()))
                    .toList();
            var told = new LinkedHashMap<String, Object>();
            told.put("unfinished", figures.unfinished());
            told.put("stuck", figures.stuck());
            told.put("oldestSeconds", seconds(figures.oldest()));
            told.put("stuckAfterSeconds", seconds(tendOrders.stuckAfter()));
            told.put("orders", orders);
            return new WebEndpointResponse<>(told);
        });
    }

    @WriteOperation
    public WebEndpointResponse<?> act(@Selector String order, @Nullable String action) {
        return answered(() -> {
            var id = OrderId.parse("order", order);
            return told(id, DeadlineScope.detached("tending", patience, () -> deed(action).apply(id)));
        });
    }

    private Function<OrderId, TendOrders.Outcome> deed(@Nullable String action) {
        return switch (action) {
            case "drive" -> tendOrders::driveNow;
            case "give-up" -> tendOrders::giveUp;
            case null -> throw new Malformed("action", "\"drive\" or \"give-up\"", "nothing");
            default -> throw Malformed.of("action", "\"drive\" or \"give-up\"", action);
        };
    }

    private static WebEndpointResponse<?> told(OrderId id, TendOrders.Outcome outcome) {
        return switch (outcome) {
            case TendOrders.Outcome.Ended(var order) -> answer(200, id, "has ended", order.status().name());
            case TendOrders.Outcome.Unfinished(var why) -> answer(202, id, "has not ended: " + why, "PENDING");
            case TendOrders.Outcome.Overtaken() ->
                answer(409, id, "was taken over by another driver meanwhile, who goes on with it", "PENDING");
            case TendOrders.Outcome.Busy(var left) ->
                answer(409, id, "is being driven, for " + (left.toSeconds() + 1) + " s at most; nothing was done", "PENDING");
            case TendOrders.Outcome.HadEnded(var order) ->
                answer(409, id, "had ended before; nothing was done", order.status().name());
            case TendOrders.Outcome.NoSuchOrder() ->
                new WebEndpointResponse<>(Map.of("detail", "there is no order " + id), 404);
        };
    }

    private static WebEndpointResponse<?> answer(int status, OrderId id, String what, String orderStatus) {
        return new WebEndpointResponse<>(
                Map.of("id", id.toString(), "status", orderStatus, "detail", "order " + id + " " + what), status);
    }

    private static WebEndpointResponse<?> answered(Supplier<WebEndpointResponse<?>> work) {
        try {
            return work.get();
        } catch (Malformed malformed) {
            return new WebEndpointResponse<>(Map.of("detail", malformed.detail()), 400);
        } catch (StoreUnavailable _) {
            return new WebEndpointResponse<>(Map.of("detail", "the database cannot be reached; nothing is known"), 503);
        }
    }

    private static boolean flag(String name, @Nullable String text) {
        return switch (text) {
            case null -> false;
            case "", "true" -> true;
            case "false" -> false;
            default -> throw Malformed.of(name, "true or false", text);
        };
    }

    private static int number(String name, @Nullable String text) {
        if (text == null) {
            return USUAL_LIMIT;
        }
        var number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > MOST) {
            throw Malformed.of(name, "1 to " + MOST, text);
        }
        return number;
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
