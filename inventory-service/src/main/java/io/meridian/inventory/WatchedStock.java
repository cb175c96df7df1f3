package io.meridian.inventory;

import io.meridian.inventory.watching.WatchStock;
import io.meridian.observability.CountedSubscribers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Gives the watch a thread, and stops first when the instance goes down, so that open streams do not hold up the server's graceful end. Its
 * numbers are published under the name of what is watched.
 */
final class WatchedStock implements SmartLifecycle, CountedSubscribers {

    private static final Logger log = LoggerFactory.getLogger(WatchedStock.class);

    private final WatchStock watchStock;
    private volatile boolean running;

    WatchedStock(WatchStock watchStock) {
        this.watchStock = watchStock;
    }

    @Override
    public void start() {
        running = true;
        Thread.ofVirtual().name("watches-stock").start(this::watch);
    }

    @Override
    public void stop() {
        running = false;
        watchStock.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public String name() {
        return "stock";
    }

    @Override
    public int subscribers() {
        return watchStock.subscribers();
    }

    @Override
    public long slow() {
        return watchStock.slow();
    }

    @Override
    public long refused() {
        return watchStock.refused();
    }

    private void watch() {
        var told = false;
        try {
            while (running) {
                var pause = watchStock.turn();
                told = told(told);
                watchStock.await(pause);
            }
        } catch (InterruptedException _) {
            // told to stop
        } finally {
            watchStock.stopReading();
        }
    }

    /** What is the matter is told once, until it is over. */
    private boolean told(boolean before) {
        var trouble = watchStock.trouble();
        if (trouble != null && !before) {
            log.warn("the stock cannot be watched; its subscribers were told so, and it is tried again: {}", trouble.getMessage());
        } else if (trouble == null && before) {
            log.info("the stock is watched again");
        }
        return trouble != null;
    }
}
