package io.meridian.inventory.events;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.inventory.v1.InventoryEvent;
import io.meridian.contracts.inventory.v1.StockCommitted;
import io.meridian.contracts.inventory.v1.StockLost;
import io.meridian.contracts.inventory.v1.StockReturned;
import io.meridian.contracts.inventory.v1.StockReturned.Reason;
import io.meridian.inventory.holding.StockNews;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Outbox;
import java.time.Instant;
import java.util.List;

/** Tells the news through the outbox, on {@code inventory.v1}. */
public final class OutboxStockNews implements StockNews {

    private final Outbox outbox;

    public OutboxStockNews(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void committed(OrderId order, Instant at) {
        append(order, "StockCommitted", event(order, at).setStockCommitted(StockCommitted.getDefaultInstance()));
    }

    @Override
    public void returned(OrderId order, Cause cause, Instant at) {
        var reason = switch (cause) {
            case REJECTED -> Reason.REASON_REJECTED;
            case CANCELLED -> Reason.REASON_CANCELLED;
            case EXPIRED -> Reason.REASON_EXPIRED;
        };
        append(
                order,
                "StockReturned",
                event(order, at).setStockReturned(StockReturned.newBuilder().setReason(reason)));
    }

    @Override
    public void lost(OrderId order, List<Sku> skus, Instant at) {
        var names = skus.stream().map(Sku::value).toList();
        append(order, "StockLost", event(order, at).setStockLost(StockLost.newBuilder().addAllSkus(names)));
    }

    private void append(OrderId order, String fact, InventoryEvent.Builder event) {
        outbox.append(new OutgoingEvent(
                Topics.INVENTORY,
                order.toString(),
                "inventory.v1." + fact,
                event.build().toByteArray()));
    }

    private static InventoryEvent.Builder event(OrderId order, Instant at) {
        return InventoryEvent.newBuilder()
                .setOrderId(order.toString())
                .setAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()));
    }
}
