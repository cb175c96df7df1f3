package io.meridian.order.fake;

import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.placing.Orders;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.Unfinished;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;

class FakeOrdersTest extends OrdersContract {

    private final ManualTime time = new ManualTime();
    private final FakeOrders orders = new FakeOrders(time, new FaultPoints());

    @Override
    protected Orders orders() {
        return orders;
    }

    @Override
    protected Unfinished unfinished() {
        return orders;
    }

    @Override
    protected Backlog backlog() {
        return orders;
    }

    @Override
    protected void becomeDue(OrderId id) {
        time.advance(Duration.ofSeconds(16));
    }

    @Override
    protected List<Step> steps(OrderId id) {
        return orders.steps(id);
    }

    @Override
    protected int announced(OrderId id) {
        return (int) orders.announced.stream().filter(it -> it.id().equals(id)).count();
    }
}
