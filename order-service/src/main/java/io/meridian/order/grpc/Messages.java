package io.meridian.order.grpc;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.order.v1.ListOrdersResponse;
import io.meridian.contracts.order.v1.Order;
import io.meridian.contracts.order.v1.OrderStatus;
import io.meridian.contracts.order.v1.OrderUpdate;
import io.meridian.order.model.Money;
import io.meridian.order.model.Status;
import io.meridian.order.viewing.OrderView;
import io.meridian.order.viewing.Update;
import io.meridian.order.viewing.Views;
import java.time.Instant;

/** Views as messages of {@code order.v1}. */
final class Messages {

    private Messages() {}

    static Order order(OrderView view) {
        var order = Order.newBuilder()
                .setId(view.id())
                .setCustomerId(view.customerId())
                .setStatus(status(view.status()))
                .setCreatedAt(time(view.createdAt()))
                .setUpdatedAt(time(view.updatedAt()));
        if (view.reason() != null) {
            order.setReason(view.reason());
        }
        for (var item : view.items()) {
            var line = order.addItemsBuilder().setSku(item.sku()).setQuantity(item.quantity());
            var unitPrice = item.unitPrice();
            if (unitPrice != null) {
                line.setUnitPrice(money(unitPrice));
            }
        }
        var total = view.total();
        if (total != null) {
            order.setTotal(money(total));
        }
        return order.build();
    }

    static ListOrdersResponse page(Views.Page page) {
        var response = ListOrdersResponse.newBuilder();
        page.items().forEach(it -> response.addOrders(order(it)));
        if (page.next() != null) {
            response.setNext(page.next());
        }
        return response.build();
    }

    static OrderUpdate update(Update update) {
        var message = OrderUpdate.newBuilder()
                .setSequence(update.sequence())
                .setStep(update.step().name())
                .setAt(time(update.at()));
        if (update.reason() != null) {
            message.setReason(update.reason());
        }
        return message.build();
    }

    private static OrderStatus status(Status status) {
        return switch (status) {
            case PENDING -> OrderStatus.ORDER_STATUS_PENDING;
            case CONFIRMED -> OrderStatus.ORDER_STATUS_CONFIRMED;
            case REJECTED -> OrderStatus.ORDER_STATUS_REJECTED;
            case CANCELLED -> OrderStatus.ORDER_STATUS_CANCELLED;
        };
    }

    private static io.meridian.contracts.common.v1.Money money(Money money) {
        return io.meridian.contracts.common.v1.Money.newBuilder()
                .setAmount(money.amount())
                .setCurrency(money.currency())
                .build();
    }

    private static Timestamp time(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
