package io.meridian.inventory.holding;

import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.util.List;

/** Tells everyone what happened to an order's stock, if and only if the caller's transaction commits. */
public interface StockNews {

    /** What was held is sold. */
    void committed(OrderId order, Instant at);

    /** Nothing is held for the order or sold to it any more. */
    void returned(OrderId order, Cause cause, Instant at);

    /** The order was confirmed, but these SKUs are gone. */
    void lost(OrderId order, List<Sku> skus, Instant at);

    /** Why stock came back. */
    enum Cause {
        REJECTED,
        CANCELLED,
        EXPIRED
    }
}
