package io.meridian.inventory.holding;

import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** News as one line each, in the order in which they were told. */
final class RecordedNews implements StockNews {

    final List<String> told = new ArrayList<>();

    @Override
    public void committed(OrderId order, Instant at) {
        told.add("committed " + order);
    }

    @Override
    public void returned(OrderId order, Cause cause, Instant at) {
        told.add("returned " + order + " " + cause);
    }

    @Override
    public void lost(OrderId order, List<Sku> skus, Instant at) {
        told.add("lost " + order + " " + skus);
    }
}
