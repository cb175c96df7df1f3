package io.meridian.inventory.watching;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.watching.Known.Seen;
import io.meridian.inventory.watching.StockLog.Commit;
import io.meridian.inventory.watching.StockLog.LogAway;
import io.meridian.inventory.watching.StockLog.Reading;
import io.meridian.inventory.watching.Subscription.Ending;
import io.meridian.inventory.watching.Subscription.Subscriber;
import io.meridian.snapshot.Change;
import io.meridian.snapshot.Snapshot;
import io.meridian.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of the stock once for all who watch it here, and only while somebody does.
 *
 * <p>It does nothing by itself: one thread calls {@link #turn()} again and again. To tell a subscriber costs that thread a look-up and a wake-up,
 * whatever state the subscriber is in; what is sent is sent by others.
 */
public final class WatchStock {

    /** How long the log rests when there is nothing in it: far below what anybody notices, and far above what looking costs. */
    private static final Duration REST = Duration.ofMillis(4);

    /** So that subscribers that come, and signs of life, do not wait for the end of a long row of commits. */
    private static final int MOST_COMMITS = 256;

    private static final Duration AWAY_PAUSE = Duration.ofSeconds(1);

    private final StockLog log;
    private final WatchSettings settings;
    private final LongSupplier nanoClock;
    private final SnapshotStore<Sku, Seen> store =
            new SnapshotStore<>(seen -> seen.product().stock().version());

    private final AtomicInteger places;
    private final Queue<Subscription> arrivals = new ConcurrentLinkedQueue<>();
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final Semaphore rung = new Semaphore(0);
    private final LongAdder slow = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean closed;
    private volatile @Nullable Known known;
    private volatile long asOfNanos;

    // For the thread that turns.
    private @Nullable Reading reading;
    private long nextAttemptNanos;
    private long lastWatchedNanos;
    private long lastSignNanos;
    private boolean asked;
    private long askedNanos;
    private long askedPosition;
    private @Nullable Throwable trouble;

    public WatchStock(StockLog log, WatchSettings settings, LongSupplier nanoClock) {
        this.log = log;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.places = new AtomicInteger(settings.atOnce());
        this.nextAttemptNanos = nanoClock.getAsLong();
    }

    /** What a request to watch came to. */
    public sealed interface Outcome {

        record Open(Subscription subscription) implements Outcome {}

        /** There are as many subscribers as there may be. */
        record Full(int atOnce) implements Outcome {}

        record GoingDown() implements Outcome {}
    }

    /**
     * Begins to watch.
     *
     * @param after the cursor of the last part that the subscriber has applied, empty for none
     * @param check whether to say everything once more after what has changed since
     */
    public Outcome watch(String after, boolean check, Subscriber subscriber) {
        if (closed) {
            return new Outcome.GoingDown();
        }
        if (places.getAndUpdate(free -> Math.max(0, free - 1)) == 0) {
            refused.increment();
            return new Outcome.Full(settings.atOnce());
        }
        var subscription =
                new Subscription(Cursor.of(after), check, settings, nanoClock, subscriber, this);
        subscriptions.add(subscription);
        arrivals.add(subscription);
        rung.release();
        return new Outcome.Open(subscription);
    }

    /** How many watch. */
    public int subscribers() {
        return subscriptions.size();
    }

    /** How many were ended because they took nothing. */
    public long slow() {
        return slow.sum();
    }

    /** For how many there was no room. */
    public long refused() {
        return refused.sum();
    }

    /**
     * Does what is to be done now; for one thread.
     *
     * @return how long nothing will be to be done, if nobody comes
     */
    public Duration turn() {
        if (closed) {
            return AWAY_PAUSE;
        }
        long now = nanoClock.getAsLong();
        if (!subscriptions.isEmpty()) {
            lastWatchedNanos = now;
        } else if (reading == null || now - lastWatchedNanos >= settings.lingerFor().toNanos()) {
            stopReading();
            return AWAY_PAUSE;
        }
        endTheSlow();
        try {
            return turned(now);
        } catch (LogAway | RuntimeException away) {
            stopReading();
            trouble = away;
            nextAttemptNanos = nanoClock.getAsLong() + AWAY_PAUSE.toNanos();
            subscriptions.forEach(it -> it.end(Ending.LOG_AWAY));
            return AWAY_PAUSE;
        }
    }

    /** Why the log could not be read the last time it was tried; null if it can be, or was not tried. For the thread that turns. */
    public @Nullable Throwable trouble() {
        return trouble;
    }

    /** Waits until {@link #turn} has something to do: because somebody came, or {@code atMost} is over. */
    public void await(Duration atMost) throws InterruptedException {
        if (rung.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            rung.drainPermits();
        }
    }

    /** Ends all watching: subscribers go on at another instance. The thread that turns calls {@link #stopReading} when it is done. */
    public void close() {
        closed = true;
        subscriptions.forEach(it -> it.end(Ending.GOING_DOWN));
        rung.release();
    }

    /** Reads the log no more; for the thread that turns. */
    public void stopReading() {
        var open = reading;
        reading = null;
        if (open != null) {
            open.close();
        }
    }

    void left(Subscription subscription) {
        if (subscriptions.remove(subscription)) {
            places.incrementAndGet();
        }
    }

    private Duration turned(long now) throws LogAway {
        var open = reading;
        if (open == null) {
            if (now - nextAttemptNanos < 0) {
                return Duration.ofNanos(nextAttemptNanos - now);
            }
            open = begin();
        }
        welcome();
        int commits = 0;
        for (var commit = open.next(); commit != null; commit = open.next()) {
            apply(open, commit);
            if (++commits == MOST_COMMITS) {
                break;
            }
        }
        confirm(open, commits < MOST_COMMITS);
        return commits == 0 ? REST : Duration.ZERO;
    }

    private Reading begin() throws LogAway {
        long asOf = nanoClock.getAsLong();
        var opened = log.open();
        reading = opened;
        var before = known;
        var resumes = before != null && before.log().equals(opened.id());
        list(opened, opened.start(), resumes ? before : null);
        asOfNanos = asOf;
        lastSignNanos = asOf;
        asked = false;
        trouble = null;
        return opened;
    }

    /** Products that are as they were are remembered to have changed when they did; the others somewhere before now. */
    private Known list(Reading open, long position, @Nullable Known before) throws LogAway {
        var all = open.all();
        long end = open.end();
        var entries = new HashMap<Sku, Seen>();
        int same = 0;
        for (var product : all) {
            var seen = before == null ? null : before.products().get(product.sku());
            same += seen == null ? 0 : 1;
            entries.put(product.sku(), seen != null && seen.product().equals(product) ? seen : new Seen(product, end));
        }
        store.replace(entries);
        // Of what is no longer there nobody could be told that it is not.
        long floor = before != null && same == before.products().size() ? before.floor() : end;
        var listed = new Known(open.id(), position, floor, store.current());
        known = listed;
        return listed;
    }

    private void apply(Reading open, Commit commit) throws LogAway {
        var before = current();
        if (commit.catalogue()) {
            var listed = list(open, commit.position(), before);
            subscriptions.forEach(it -> it.relist(listed));
            return;
        }
        var changes = commit.changed().stream()
                .map(product -> new Change.Put<>(product.sku(), new Seen(product, commit.position())))
                .toList();
        store.apply(changes);
        var newest = at(Math.max(before.position(), commit.position()), before, store.current());
        known = newest;
        var skus = commit.changed().stream().map(Product::sku).toList();
        subscriptions.forEach(it -> it.offer(newest, skus, commit.at()));
    }

    /** Asks the database how far its log goes, and knows when that has been read that nothing older is missing. */
    private void confirm(Reading open, boolean isRead) throws LogAway {
        long now = nanoClock.getAsLong();
        if (isRead && asked && open.told() - askedPosition >= 0) {
            asked = false;
            asOfNanos = askedNanos;
        }
        var sign = now - lastSignNanos >= settings.signEvery().toNanos();
        if (!sign) {
            return;
        }
        lastSignNanos = now;
        if (!asked) {
            askedNanos = now;
            askedPosition = open.written();
            asked = true;
        }
        var before = current();
        var newest = isRead ? at(Math.max(before.position(), open.told()), before, before.products()) : before;
        known = newest;
        subscriptions.forEach(it -> it.confirm(newest, asOfNanos));
    }

    private void welcome() {
        for (var arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            arrival.begin(current(), asOfNanos);
        }
    }

    private void endTheSlow() {
        for (var subscription : List.copyOf(subscriptions)) {
            if (subscription.isSlow()) {
                slow.increment();
                subscription.end(Ending.SLOW);
            }
        }
    }

    private Known current() {
        var newest = known;
        if (newest == null) {
            throw new IllegalStateException("nothing is known before the log was opened");
        }
        return newest;
    }

    private static Known at(long position, Known before, Snapshot<Sku, Seen> products) {
        return new Known(before.log(), position, before.floor(), products);
    }
}
