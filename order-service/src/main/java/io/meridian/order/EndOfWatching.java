package io.meridian.order;

import io.meridian.order.viewing.WatchOrder;
import org.springframework.context.SmartLifecycle;

/** Stops first when the instance goes down, so that open streams do not hold up the server's graceful end. */
final class EndOfWatching implements SmartLifecycle {

    private final WatchOrder watchOrder;
    private volatile boolean running;

    EndOfWatching(WatchOrder watchOrder) {
        this.watchOrder = watchOrder;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        watchOrder.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
