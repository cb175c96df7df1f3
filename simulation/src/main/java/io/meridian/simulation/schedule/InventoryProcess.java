package io.meridian.simulation.schedule;

import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.ReleaseRequest;
import io.meridian.inventory.catalogue.ProductCache;
import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.clock.ExpirySweep;
import io.meridian.inventory.events.OrdersListener;
import io.meridian.inventory.events.OutboxStockNews;
import io.meridian.inventory.grpc.InventoryGrpc;
import io.meridian.inventory.holding.ExpireHolds;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.holding.ReleaseStock;
import io.meridian.inventory.holding.SellStock;
import io.meridian.inventory.holding.TakeBackStock;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.store.JdbcTransaction;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.inventory.MemoryHolds;
import io.meridian.simulation.network.Service;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One life of an inventory service. */
final class InventoryProcess extends Process implements Service.Door {

    private final InventoryGrpc grpc;

    InventoryProcess(Platform platform, Node node) {
        super(platform, node, "inventory-service", platform.inventory(), platform.inventorySlot());
        var holds = new MemoryHolds(connections, platform.stockRows(), platform.plant().holds());
        var news = new OutboxStockNews(outbox);
        var clock = node.clock();
        var settings = platform.settings();
        this.grpc = new InventoryGrpc(
                new HoldStock(holds, clock, settings.holdFor()),
                new ReleaseStock(holds, clock),
                nothingToView(),
                (_, _) -> List.of(),
                null, // nobody watches
                clock);
        var listener = new OrdersListener(
                inbox, new SellStock(holds, news, clock), new TakeBackStock(holds, news, clock));
        var sweep = new ExpirySweep(
                new ExpireHolds(holds, news, new JdbcTransaction(transactions), clock), Settings.SWEEP_BATCH);

        platform.inventoryService().open(node, this);
        relay();
        consume("inventory-orders", "orders.v1", listener::on);
        every(Settings.SWEEP_HOLDS_EVERY, "sweep", sweep::run);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // the channel knows which answer belongs to which request
    public void call(String method, Object request, StreamObserver<Object> answer) {
        switch (request) {
            case HoldRequest hold -> grpc.hold(hold, (StreamObserver) answer);
            case ReleaseRequest release -> grpc.release(release, (StreamObserver) answer);
            default -> throw new IllegalArgumentException("no such call: " + method);
        }
    }

    private static ViewCatalogue nothingToView() {
        return new ViewCatalogue(
                new Products() {
                    @Override
                    public Optional<Product> find(Sku sku) {
                        return Optional.empty();
                    }

                    @Override
                    public List<Product> after(@Nullable Sku after, int limit) {
                        return List.of();
                    }
                },
                new ProductCache() {
                    @Override
                    public Optional<Product> find(Sku sku) {
                        return Optional.empty();
                    }

                    @Override
                    public void put(Product product) {}
                });
    }
}
