package io.meridian.order.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.order.model.Money;
import io.meridian.order.viewing.OrderView;
import io.meridian.order.viewing.Views;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An order in an answer; what is not known is left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrderJson(
        String id,
        String status,
        @Nullable String reason,
        List<ItemJson> items,
        @Nullable Money total,
        Instant createdAt,
        Instant updatedAt) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ItemJson(String sku, int quantity, @Nullable Money unitPrice) {}

    /** One page of a list; {@code next} is left out on the last one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PageJson(List<OrderJson> items, @Nullable String next) {

        static PageJson of(Views.Page page) {
            return new PageJson(page.items().stream().map(OrderJson::of).toList(), page.next());
        }
    }

    static OrderJson of(OrderView order) {
        return new OrderJson(
                order.id(),
                order.status().name(),
                order.reason(),
                order.items().stream()
                        .map(it -> new ItemJson(it.sku(), it.quantity(), it.unitPrice()))
                        .toList(),
                order.total(),
                order.createdAt(),
                order.updatedAt());
    }
}
