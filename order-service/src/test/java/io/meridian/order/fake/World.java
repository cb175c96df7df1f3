package io.meridian.order.fake;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Draft;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Line;
import io.meridian.order.model.Order;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Neighbours;
import io.meridian.order.placing.Patience;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.settling.FollowOrder;
import io.meridian.order.settling.SettleOrders;
import io.meridian.order.settling.Settling;
import io.meridian.order.settling.TendOrders;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** One order service and its neighbours, with the real use cases in the middle and time that the test moves. */
public final class World {

    public static final Patience PATIENCE = new Patience(
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofMillis(4_500),
            Duration.ofMillis(500),
            Duration.ofSeconds(10));
    public static final Settling SETTLING = new Settling(
            16, Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(2));
    public static final Duration STUCK_AFTER = Duration.ofMinutes(5);
    public static final IdempotencyKey KEY = new IdempotencyKey("key-1");

    public final ManualTime time = new ManualTime();
    public final FaultPoints points = new FaultPoints();
    public final FakeStock stock = new FakeStock(time, points);
    public final FakePayments payments = new FakePayments(time, points);
    public final FakeOrders orders = new FakeOrders(time, points);
    /** Where settling drives; on the caller's thread in a campaign, where the order of all steps is to be known. */
    public Supplier<ExecutorService> threads = Executors::newVirtualThreadPerTaskExecutor;
    public RandomGenerator random = new Random(11);
    public Neighbours neighbours = Neighbours.ALWAYS_THERE;
    private int heard;

    public Drive drive() {
        return new Drive(stock, payments, orders, PATIENCE, time.instants(), time.nanos());
    }

    /** A new instance of the service: as after a start. */
    public PlaceOrder placeOrder() {
        return new PlaceOrder(orders, drive(), neighbours, time.instants(), new Random(7));
    }

    public SettleOrders settleOrders() {
        return new SettleOrders(orders, drive(), SETTLING, threads, random);
    }

    public TendOrders tendOrders() {
        return new TendOrders(orders, orders, drive(), SETTLING, STUCK_AFTER, random);
    }

    public CancelOrder cancelOrder() {
        return new CancelOrder(orders, time.instants());
    }

    public FollowOrder followOrder() {
        return new FollowOrder(orders, time.instants());
    }

    /** Settles until nothing is unfinished, and gives up when an hour has passed. */
    public void settleAll() {
        var settleOrders = settleOrders();
        for (var second = 0; second < 3_600 && hasUnfinished(); second++) {
            time.advance(Duration.ofSeconds(1));
            settleOrders.settleDue();
        }
    }

    /** Lets inventory and payment hear what was announced since. */
    public void deliverEvents() {
        while (heard < orders.announced.size()) {
            var event = orders.announced.get(heard++);
            stock.hear(event);
            payments.hear(event);
        }
    }

    public boolean hasUnfinished() {
        return orders.all().stream().anyMatch(it -> !it.state().hasEnded());
    }

    public Order onlyOrder() {
        var all = orders.all();
        if (all.size() != 1) {
            throw new AssertionError("expected one order, found " + all);
        }
        return all.getFirst();
    }

    public static Draft draft(String token, String... skus) {
        var lines = List.of(skus.length == 0 ? new String[] {"SKU-0001"} : skus).stream()
                .map(it -> new Line(new Sku(it), 2))
                .toList();
        return new Draft(new CustomerId("c-1"), lines, new CardToken(token));
    }
}
