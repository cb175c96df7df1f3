package io.meridian.order.remote;

import io.grpc.Channel;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.meridian.contracts.inventory.v1.ListHoldsRequest;
import io.meridian.contracts.inventory.v1.OrderHold;
import io.meridian.edges.grpc.Calls;
import io.meridian.order.model.Line;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Sku;
import io.meridian.order.reconciling.CannotLook;
import io.meridian.order.reconciling.Entry.Held;
import io.meridian.order.reconciling.Entry.Holding;
import io.meridian.order.reconciling.Ledger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What inventory has, by {@code inventory.v1.InventoryService/ListHolds}. */
public final class GrpcHoldLedger implements Ledger<Held> {

    private final InventoryServiceBlockingStub stub;
    private final Duration within;

    /** @param within how long one page is waited for */
    public GrpcHoldLedger(Channel inventory, Duration within) {
        this.stub = InventoryServiceGrpc.newBlockingStub(inventory);
        this.within = within;
    }

    @Override
    public List<Held> after(@Nullable OrderId after, int limit) {
        var request = ListHoldsRequest.newBuilder()
                .setAfter(after == null ? "" : after.toString())
                .setLimit(limit)
                .build();
        return Pages.asked("inventory", () -> Calls.within(within, stub).listHolds(request)).getHoldsList().stream()
                .map(GrpcHoldLedger::held)
                .toList();
    }

    private static Held held(OrderHold hold) {
        return new Held(
                OrderId.parse("order_id", hold.getOrderId()),
                state(hold),
                hold.getLinesList().stream()
                        .map(it -> new Line(new Sku(it.getSku()), it.getQuantity()))
                        .toList());
    }

    private static Holding state(OrderHold hold) {
        return switch (hold.getStatus()) {
            case STATUS_HELD -> Holding.HELD;
            case STATUS_COMMITTED -> Holding.COMMITTED;
            case STATUS_RELEASED -> Holding.RELEASED;
            case STATUS_EXPIRED -> Holding.EXPIRED;
            case STATUS_RETURNED -> Holding.RETURNED;
            case STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new CannotLook(
                        "inventory tells a state of hold " + hold.getOrderId() + " that this version does not know: "
                                + hold.getStatusValue(),
                        new IllegalArgumentException());
        };
    }
}
