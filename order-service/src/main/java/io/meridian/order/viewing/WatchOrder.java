package io.meridian.order.viewing;

import io.meridian.order.model.OrderId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Shows the log of an order as it grows. A watcher costs a thread that sleeps and, when the order's bell rings, one small query;
 * there is a bound on how many there are.
 */
public final class WatchOrder {

    private final OrderLog orderLog;
    private final Bell bell;
    private final Semaphore permits;
    private final Duration longest;
    private final LongSupplier nanoClock;
    private final Set<Watching> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param atOnce the most watchers at the same time
     * @param longest how long one watcher may stay; it may come back and go on where it was
     */
    public WatchOrder(OrderLog orderLog, Bell bell, int atOnce, Duration longest, LongSupplier nanoClock) {
        this.orderLog = orderLog;
        this.bell = bell;
        this.permits = new Semaphore(atOnce);
        this.longest = longest;
        this.nanoClock = nanoClock;
    }

    /** What a request to watch came to. */
    public sealed interface Outcome {

        /** Close it when done. */
        record Open(Watching watching) implements Outcome {}

        /** The order has ended, and its watcher has seen all of it. */
        record NothingLeft() implements Outcome {}

        record NoSuchOrder() implements Outcome {}

        record Overloaded() implements Outcome {}
    }

    /**
     * Begins to watch.
     *
     * @param after the last sequence the watcher has seen; 0 for none
     */
    public Outcome watch(OrderId id, long after) {
        if (closed || !permits.tryAcquire()) {
            return new Outcome.Overloaded();
        }
        var watching = new Watching(id, after);
        open.add(watching);
        try {
            return begun(watching, after);
        } catch (RuntimeException fault) {
            watching.close();
            throw fault;
        }
    }

    /** Ends all watching: the instance goes down, and watchers come back to another one. */
    public void close() {
        closed = true;
        open.forEach(Watching::stop);
    }

    private Outcome begun(Watching watching, long after) {
        watching.look();
        if (watching.latest == 0) {
            watching.close();
            return new Outcome.NoSuchOrder();
        }
        if (watching.progress.isOver() && watching.latest <= after) {
            watching.close();
            return new Outcome.NothingLeft();
        }
        return new Outcome.Open(watching);
    }

    /** One watcher's place in the log. For use by one thread, apart from being stopped. */
    public final class Watching implements AutoCloseable {

        private final OrderId id;
        private final Bell.Ear ear;
        private final long startNanos = nanoClock.getAsLong();
        private final AtomicBoolean released = new AtomicBoolean();
        private volatile boolean stopped;
        private long told;
        private long latest;
        private Progress progress = Progress.NONE;
        private List<Update> untold = List.of();

        private Watching(OrderId id, long after) {
            this.id = id;
            this.told = after;
            this.ear = bell.listen(id);
        }

        /** Whether there is nothing more to wait for. */
        public boolean isOver() {
            return stopped
                    || untold.isEmpty() && progress.isOver()
                    || nanoClock.getAsLong() - startNanos >= longest.toNanos();
        }

        /** What is new; waits for it at most {@code atMost} and is empty if nothing came. */
        public List<Update> next(Duration atMost) throws InterruptedException {
            if (untold.isEmpty() && !isOver() && ear.await(atMost)) {
                look();
            }
            var news = untold;
            untold = List.of();
            told = Math.max(told, latest);
            return news;
        }

        @Override
        public void close() {
            if (released.compareAndSet(false, true)) {
                open.remove(this);
                ear.close();
                permits.release();
            }
        }

        private void look() {
            var seen = orderLog.after(id, latest);
            for (var update : seen) {
                progress = progress.after(update);
                latest = update.sequence();
            }
            untold = seen.stream().filter(it -> it.sequence() > told).toList();
        }

        private void stop() {
            stopped = true;
            ear.close();
        }
    }
}
