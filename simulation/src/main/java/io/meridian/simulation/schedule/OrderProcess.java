package io.meridian.simulation.schedule;

import io.grpc.stub.StreamObserver;
import io.meridian.order.events.Listeners;
import io.meridian.order.events.OutboxAnnouncements;
import io.meridian.order.events.Topics;
import io.meridian.order.model.CardToken;
import io.meridian.order.model.Draft;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Neighbours;
import io.meridian.order.placing.Payments;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.placing.Stock;
import io.meridian.order.remote.GrpcPayments;
import io.meridian.order.remote.GrpcStock;
import io.meridian.order.remote.Peer;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.settling.FollowOrder;
import io.meridian.order.settling.SettleOrders;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Threads;
import io.meridian.simulation.network.Service;
import io.meridian.simulation.network.SimulatedChannel;
import io.meridian.simulation.order.MemoryOrders;
import io.meridian.simulation.order.MemoryUnfinished;
import java.time.Duration;
import java.util.List;

/** One life of an order service. */
final class OrderProcess extends Process implements Service.Door {

    /** Asks for an order to be placed. */
    record Place(Draft draft, IdempotencyKey key) {}

    /** Asks for an order to be taken back. */
    record Cancel(OrderId order) {}

    static final String PLACE = "order/place";
    static final String CANCEL = "order/cancel";

    private final PlaceOrder placeOrder;
    private final CancelOrder cancelOrder;

    OrderProcess(Platform platform, Node node) {
        super(platform, node, "order-service", platform.orders(), platform.orderSlot());
        var world = platform.world();
        var plant = platform.plant();
        var settings = platform.settings();
        var orders = new MemoryOrders(
                connections,
                platform.orderRows(),
                transactions,
                new OutboxAnnouncements(outbox),
                Settings.KEYS_KEPT,
                Settings.SETTLE_AFTER,
                plant.orders(),
                platform.orderWitness());
        var unfinished = new MemoryUnfinished(connections, platform.orderRows(), node::now, plant.unfinished());
        var drive = new Drive(
                stock(),
                plant.money(money()),
                orders,
                settings.patience(),
                node.clock(),
                node.nanoClock());
        this.placeOrder = new PlaceOrder(
                orders, drive, Neighbours.ALWAYS_THERE, node.clock(), world.dice().split());
        this.cancelOrder = new CancelOrder(orders, node.clock());
        var settleOrders = new SettleOrders(
                unfinished, drive, Settings.SETTLING, () -> new Threads(world, node, "settling"), world.dice().split());
        var listeners = new Listeners(inbox, new FollowOrder(orders, node.clock()));

        platform.orderService().open(node, this);
        relay();
        consume("order-inventory", Topics.INVENTORY, listeners::onInventory);
        consume("order-payments", Topics.PAYMENTS, listeners::onPayment);
        every(Settings.SETTLE_EVERY, "settle", settleOrders::settleDue);
    }

    @Override
    public void call(String method, Object request, StreamObserver<Object> answer) {
        switch (request) {
            case Place(var draft, var key) ->
                answer.onNext(placeOrder.place(draft, key).outcome());
            case Cancel(var order) -> answer.onNext(cancelOrder.cancel(order));
            default -> throw new IllegalArgumentException("no such call: " + method);
        }
    }

    private Stock stock() {
        var channel = new SimulatedChannel(platform.network(), platform.inventoryService());
        var grpc = new GrpcStock(new Peer("inventory", channel, node.nanoClock()), node.clock());
        return new Stock() {
            @Override
            public Answer hold(OrderId order, long epoch, List<Line> lines, Duration within) {
                channel.allow(within);
                return grpc.hold(order, epoch, lines, within);
            }

            @Override
            public void release(OrderId order, long epoch, Duration within) {
                channel.allow(within);
                grpc.release(order, epoch, within);
            }
        };
    }

    private Payments money() {
        var channel = new SimulatedChannel(platform.network(), platform.paymentService());
        var grpc = new GrpcPayments(new Peer("payment", channel, node.nanoClock()));
        return (OrderId order, long epoch, Money amount, CardToken card, Duration within) -> {
            channel.allow(within);
            return grpc.authorise(order, epoch, amount, card, within);
        };
    }
}
