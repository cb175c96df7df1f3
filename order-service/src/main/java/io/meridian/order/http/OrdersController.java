package io.meridian.order.http;

import static io.meridian.order.answering.Answers.answering;

import io.meridian.order.answering.Answers;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Malformed;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.viewing.OrderView;
import io.meridian.order.viewing.Views;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.lang.Contract;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Places, reads, lists and cancels. */
@RestController
@RequestMapping(path = "/api/orders", produces = MediaType.APPLICATION_JSON_VALUE)
public final class OrdersController {

    private static final String KEY = "Idempotency-Key";

    private final PlaceOrder placeOrder;
    private final CancelOrder cancelOrder;
    private final Views views;

    public OrdersController(PlaceOrder placeOrder, CancelOrder cancelOrder, Views views) {
        this.placeOrder = placeOrder;
        this.cancelOrder = cancelOrder;
        this.views = views;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<OrderJson> place(@RequestHeader HttpHeaders headers, @RequestBody PlaceOrderJson body) {
        return answering(() -> {
            var answer = placeOrder.place(body.toDraft(), key(headers));
            var order = Answers.placed(answer);
            var response = ResponseEntity.created(URI.create(Answers.location(order.id())));
            if (answer.replayed()) {
                response.header(Answers.REPLAYED, "true");
            }
            return response.body(OrderJson.of(OrderView.of(order)));
        });
    }

    @GetMapping("/{id}")
    OrderJson read(@PathVariable String id) {
        return answering(() -> {
            var orderId = OrderId.parse("id", id);
            return OrderJson.of(views.find(orderId).orElseThrow(() -> Answers.noSuchOrder(orderId)));
        });
    }

    @GetMapping
    OrderJson.PageJson list(
            @RequestParam(required = false) @Nullable String customerId,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String after) {
        return answering(() -> OrderJson.PageJson.of(views.page(
                isAbsent(customerId) ? null : new CustomerId(customerId),
                isAbsent(limit) ? Views.USUAL_PER_PAGE : limit(limit),
                isAbsent(after) ? null : OrderId.parse("after", after))));
    }

    @PostMapping("/{id}/cancel")
    OrderJson cancel(@PathVariable String id) {
        return answering(() -> {
            var orderId = OrderId.parse("id", id);
            return OrderJson.of(OrderView.of(Answers.cancelled(orderId, cancelOrder.cancel(orderId))));
        });
    }

    private static IdempotencyKey key(HttpHeaders headers) {
        var values = headers.getOrEmpty(KEY);
        if (values.size() > 1) {
            throw new Malformed(KEY, "one header", values.size() + " of them");
        }
        return IdempotencyKey.parse(values.isEmpty() ? null : values.getFirst());
    }

    private static int limit(String text) {
        try {
            var limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= Views.MOST_PER_PAGE) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // refused below, as any other that does not fit
        }
        throw Malformed.of("limit", "1 to " + Views.MOST_PER_PAGE, text);
    }

    /** {@code ?after=} means the same as no {@code after}. */
    @Contract("null -> true")
    private static boolean isAbsent(@Nullable String parameter) {
        return parameter == null || parameter.isEmpty();
    }
}
