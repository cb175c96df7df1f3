package io.meridian.order.viewing;

import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as it is shown.
 *
 * @param reason why it was rejected or cancelled; null if it was not
 * @param total null until the hold has named the prices
 */
public record OrderView(
        String id,
        String customerId,
        Status status,
        @Nullable String reason,
        List<Item> items,
        @Nullable Money total,
        Instant createdAt,
        Instant updatedAt) {

    /** @param unitPrice null until the hold has named it */
    public record Item(String sku, int quantity, @Nullable Money unitPrice) {}

    public OrderView {
        items = List.copyOf(items);
    }

    public static OrderView of(Order order) {
        var placement = order.placement();
        var pricing = order.pricing();
        return new OrderView(
                order.id().toString(),
                placement.customer().value(),
                order.status(),
                reasonOf(order),
                pricing == null ? unpriced(placement.lines()) : priced(pricing),
                pricing == null ? null : pricing.total(),
                placement.createdAt(),
                order.at());
    }

    private static @Nullable String reasonOf(Order order) {
        return switch (order) {
            case Order.Rejected rejected -> rejected.reason().code();
            case Order.Cancelled cancelled -> cancelled.reason().code();
            case Order.Placed _, Order.Reserved _, Order.Confirmed _ -> null;
        };
    }

    private static List<Item> unpriced(List<Line> lines) {
        return lines.stream()
                .map(it -> new Item(it.sku().value(), it.quantity(), null))
                .toList();
    }

    private static List<Item> priced(Pricing pricing) {
        return pricing.lines().stream()
                .map(it -> new Item(it.sku().value(), it.quantity(), it.unitPrice()))
                .toList();
    }
}
