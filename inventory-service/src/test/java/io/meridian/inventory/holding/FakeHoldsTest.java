package io.meridian.inventory.holding;

import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;

class FakeHoldsTest extends HoldsContract {

    private final FakeHolds holds = new FakeHolds();

    @Override
    protected Holds holds() {
        return holds;
    }

    @Override
    protected Sku stock(String sku, long onHand) {
        return holds.stock(sku, onHand);
    }

    @Override
    protected Stock stockOf(Sku sku) {
        return holds.stockOf(sku);
    }
}
