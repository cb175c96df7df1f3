package io.meridian.simulation.schedule;

import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Sku;
import io.meridian.order.model.OrderId;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.fault.Faults;
import io.meridian.simulation.inventory.StockRows;
import io.meridian.simulation.log.Broker;
import io.meridian.simulation.network.Network;
import io.meridian.simulation.network.Service;
import io.meridian.simulation.order.MemoryOrders;
import io.meridian.simulation.order.OrderRows;
import io.meridian.simulation.payment.CardProvider;
import io.meridian.simulation.payment.PaymentRows;
import io.meridian.simulation.planted.Plant;
import io.meridian.simulation.relay.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything there is in one schedule: what outlives processes, the processes, and what is between them. */
final class Platform {

    /** The catalogue: few pieces, so that orders compete for them. */
    static final List<String> SKUS = List.of("SKU-0001", "SKU-0002", "SKU-0003");

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(10);

    private final World world;
    private final Settings settings;
    private final Faults faults;
    private final Plant plant;
    private final Ledger ledger;
    private final Network network;
    private final Broker broker;
    private final CardProvider provider;
    private final Database orders;
    private final Database inventory;
    private final Database payments;
    private final OrderRows orderRows;
    private final StockRows stockRows;
    private final PaymentRows paymentRows;
    private final Slot orderSlot;
    private final Slot inventorySlot;
    private final Slot paymentSlot;
    private final Service orderService = new Service("order");
    private final Service inventoryService = new Service("inventory");
    private final Service paymentService = new Service("payment");
    private final Map<Node, Consumer<Node>> boots = new LinkedHashMap<>();
    private final Map<UUID, String> causes = new LinkedHashMap<>();
    private @Nullable Service cutFrom;
    private @Nullable Node cutOff;

    Platform(World world, Settings settings, Faults faults, Plant plant) {
        this.world = world;
        this.settings = settings;
        this.faults = faults;
        this.plant = plant;
        this.ledger = new Ledger(world);
        this.network = new Network(world);
        network.setHazards(faults.ofCalls(this::isCut));
        this.broker = new Broker(world, settings.partitions());
        broker.setHazards(faults.ofBroker());
        broker.setBends(plant.broker(world.dice()));
        this.provider = new CardProvider(world, Settings.PROVIDER_TIMEOUT);
        provider.setHazards(faults.ofProvider());
        provider.setBends(plant.provider(world.dice()));
        this.orders = database("orders");
        this.inventory = database("inventory");
        this.payments = database("payments");
        this.orderRows = new OrderRows(orders);
        this.stockRows = new StockRows(inventory);
        this.paymentRows = new PaymentRows(payments);
        this.orderSlot = slot(orders);
        this.inventorySlot = slot(inventory);
        this.paymentSlot = slot(payments);
        world.whenPaused((node, nanos) -> {
            databases().forEach(it -> it.paused(node, nanos));
            broker.lost(node);
        });
        for (var sku : SKUS) {
            stockRows.list(new Sku(sku), new Money(500 + world.dice().between(0, 1_500), "EUR"), world.dice().between(2, 12));
        }
    }

    private Database database(String name) {
        var database = new Database(world, name);
        database.setHazards(faults.ofDatabase(name));
        database.setTimeouts(LOCK_TIMEOUT, IDLE_IN_TRANSACTION);
        database.whenRefused(ledger::refused);
        return database;
    }

    private Slot slot(Database database) {
        return new Slot(world, database, faults.ofSlot(), plant.slot());
    }

    /** Starts every process for the first time. */
    void start() {
        start("order", settings.orders(), node -> {
            var _ = new OrderProcess(this, node);
        });
        start("inventory", settings.inventories(), node -> {
            var _ = new InventoryProcess(this, node);
        });
        start("payment", settings.payments(), node -> {
            var _ = new PaymentProcess(this, node);
        });
    }

    private void start(String name, int instances, Consumer<Node> boot) {
        for (var number = 1; number <= instances; number++) {
            var node = world.node(name + "-" + number);
            boots.put(node, boot);
            boot(node);
        }
    }

    /** Starts a process, for the first time or again. */
    void boot(Node node) {
        var boot = boots.get(node);
        if (node.isUp() || boot == null) {
            return;
        }
        world.tell("start", node.name());
        node.comeUp();
        node.whenItDies(() -> broker.lost(node));
        boot.accept(node);
    }

    List<Node> nodes() {
        return List.copyOf(boots.keySet());
    }

    List<Node> nodes(String service) {
        return nodes().stream().filter(it -> it.name().startsWith(service)).toList();
    }

    List<Database> databases() {
        return List.of(orders, inventory, payments);
    }

    List<Slot> slots() {
        return List.of(orderSlot, inventorySlot, paymentSlot);
    }

    /** From now on this process and this service cannot reach one another. */
    void cut(Node node, Service service) {
        cutOff = node;
        cutFrom = service;
    }

    void uncut() {
        cutOff = null;
        cutFrom = null;
    }

    private boolean isCut(Node from, String to) {
        return from == cutOff && cutFrom != null && cutFrom.name().equals(to);
    }

    /** Whether all that was said has been heard, and nothing waits for anything but its time. */
    boolean isQuiet() {
        for (var slot : slots()) {
            if (slot.confirmed() < slot.end()) {
                return false;
            }
        }
        for (var group : broker.groups().values()) {
            for (var partition : group.partitions()) {
                if (group.committed(partition) < broker.records(partition).size()) {
                    return false;
                }
            }
        }
        return orderRows.orders.rows().values().stream().allMatch(it -> it.token() == null)
                && paymentRows.payments.rows().values().stream().allMatch(it -> it.payment().dueAt() == null);
    }

    World world() {
        return world;
    }

    Settings settings() {
        return settings;
    }

    Faults faults() {
        return faults;
    }

    Plant plant() {
        return plant;
    }

    Ledger ledger() {
        return ledger;
    }

    Network network() {
        return network;
    }

    Broker broker() {
        return broker;
    }

    CardProvider provider() {
        return provider;
    }

    Database orders() {
        return orders;
    }

    Database inventory() {
        return inventory;
    }

    Database payments() {
        return payments;
    }

    OrderRows orderRows() {
        return orderRows;
    }

    StockRows stockRows() {
        return stockRows;
    }

    PaymentRows paymentRows() {
        return paymentRows;
    }

    Slot orderSlot() {
        return orderSlot;
    }

    Slot inventorySlot() {
        return inventorySlot;
    }

    Slot paymentSlot() {
        return paymentSlot;
    }

    Service orderService() {
        return orderService;
    }

    Service inventoryService() {
        return inventoryService;
    }

    Service paymentService() {
        return paymentService;
    }

    /** For each event, the record in whose handling it was appended. */
    Map<UUID, String> causes() {
        return causes;
    }

    MemoryOrders.Witness orderWitness() {
        return new MemoryOrders.Witness() {
            @Override
            public void written(OrderId order, long epoch, long known) {
                ledger.written(order, epoch, known);
            }

            @Override
            public @Nullable String cause() {
                var cause = ledger.cause();
                return cause == null ? null : cause.toString();
            }
        };
    }
}
