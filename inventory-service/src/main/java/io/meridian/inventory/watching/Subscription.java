package io.meridian.inventory.watching;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.watching.Part.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber has still to be told. It is not kept as messages: there are the names of the products that changed, and the newest
 * state of each is looked up when the subscriber takes it. So whoever is behind catches up in one step, costs no more than a name for
 * each product, and beyond {@link WatchSettings#mostPending} names is sent the list.
 *
 * <p>Safe for use by the thread that reads the log and the one that sends.
 */
public final class Subscription implements AutoCloseable {

    /** Told when there is something to take, and when it is over; must return at once. */
    public interface Subscriber {

        void wake();

        void ended(Ending ending);
    }

    /** Why a subscription was ended from here. */
    public enum Ending {
        /** The subscriber took nothing for too long. */
        SLOW,
        /** The log cannot be read; what would be said grows old. */
        LOG_AWAY,
        /** This instance goes down. */
        GOING_DOWN
    }

    /** A row of parts that belong together, which is being said. */
    private record Frame(
            Content content,
            Cursor cursor,
            long asOfNanos,
            @Nullable Instant committedAt,
            List<Product> products,
            int said) {

        boolean isLast() {
            return said + Part.MOST >= products.size();
        }

        Frame next() {
            return new Frame(content, cursor, asOfNanos, committedAt, products, said + Part.MOST);
        }
    }

    private final Optional<Cursor> after;
    private final boolean check;
    private final WatchSettings settings;
    private final LongSupplier nanoClock;
    private final Subscriber subscriber;
    private final WatchStock watchStock;

    // Guarded by this object's monitor.
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final Set<Sku> pending = new LinkedHashSet<>();
    private @Nullable Known known;
    private @Nullable Instant oldestCommit;
    private boolean overflowed;
    private boolean signDue;
    private boolean over;
    private long asOfNanos;
    private long takenNanos;

    Subscription(
            Optional<Cursor> after,
            boolean check,
            WatchSettings settings,
            LongSupplier nanoClock,
            Subscriber subscriber,
            WatchStock watchStock) {
        this.after = after;
        this.check = check;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.subscriber = subscriber;
        this.watchStock = watchStock;
        this.takenNanos = nanoClock.getAsLong();
    }

    /** What to say next; empty if there is nothing to say at the moment. */
    public synchronized Optional<Part> next() {
        takenNanos = nanoClock.getAsLong();
        if (known == null || over) {
            return Optional.empty();
        }
        if (frames.isEmpty()) {
            gather(known);
        }
        var frame = frames.poll();
        if (frame == null) {
            return Optional.empty();
        }
        if (!frame.isLast()) {
            frames.addFirst(frame.next());
        }
        return Optional.of(part(frame));
    }

    /** Ends it: the subscriber is gone. */
    @Override
    public void close() {
        synchronized (this) {
            over = true;
            frames.clear();
            pending.clear();
        }
        watchStock.left(this);
    }

    /** There is something to know now; what is to be said first depends on where the subscriber wants to go on. */
    void begin(Known first, long asOf) {
        synchronized (this) {
            if (over) {
                return;
            }
            known = first;
            asOfNanos = asOf;
            takenNanos = nanoClock.getAsLong();
            var cursor = after.filter(first::goesOnAt);
            if (cursor.isPresent()) {
                frames.add(frame(
                        Content.CHANGES, later(cursor.get(), first.cursor()), null, since(cursor.get(), first)));
            }
            if (cursor.isEmpty() || check) {
                frames.add(list(cursor.isEmpty() ? Content.LIST : Content.CHECK, first));
            }
        }
        subscriber.wake();
    }

    /** These have changed. */
    void offer(Known newest, Collection<Sku> changed, Instant committedAt) {
        offer(newest, changed, committedAt, false);
    }

    private void offer(Known newest, Collection<Sku> changed, @Nullable Instant committedAt, boolean everything) {
        synchronized (this) {
            if (known == null || over) {
                return;
            }
            idleUntilNow();
            known = newest;
            overflowed |= everything;
            if (!overflowed) {
                pending.addAll(changed);
                overflowed = pending.size() > settings.mostPending();
            }
            if (overflowed) {
                pending.clear();
            }
            if (oldestCommit == null) {
                oldestCommit = committedAt;
            }
        }
        subscriber.wake();
    }

    /** The catalogue is another one: everything is to be said anew. */
    void relist(Known newest) {
        offer(newest, List.of(), null, true);
    }

    /** Everything that was committed before {@code asOf} has been offered, and all that is in {@code newest}: worth a sign of life. */
    void confirm(Known newest, long asOf) {
        synchronized (this) {
            if (known == null || over) {
                return;
            }
            asOfNanos = asOf;
            known = newest; // all that is new in it has been offered before
            idleUntilNow();
            signDue = true;
        }
        subscriber.wake();
    }

    /** Whether it has had something to take for longer than it may. */
    synchronized boolean isSlow() {
        return hasSomething() && nanoClock.getAsLong() - takenNanos > settings.slowAfter().toNanos();
    }

    void end(Ending ending) {
        close();
        subscriber.ended(ending);
    }

    /** While there is nothing to take nobody is slow. */
    private void idleUntilNow() {
        if (!hasSomething()) {
            takenNanos = nanoClock.getAsLong();
        }
    }

    private boolean hasSomething() {
        return !over && known != null && (!frames.isEmpty() || !pending.isEmpty() || overflowed || signDue);
    }

    private void gather(Known newest) {
        if (overflowed) {
            frames.add(list(Content.LIST, newest));
        } else if (!pending.isEmpty() || signDue) {
            var changed = new ArrayList<Product>(pending.size());
            for (var sku : pending) {
                var seen = newest.products().get(sku);
                if (seen != null) {
                    changed.add(seen.product());
                }
            }
            frames.add(frame(Content.CHANGES, newest.cursor(), oldestCommit, changed));
        }
        pending.clear();
        oldestCommit = null;
        overflowed = false;
        signDue = false;
    }

    private Part part(Frame frame) {
        var products = frame.products();
        int to = Math.min(products.size(), frame.said() + Part.MOST);
        return new Part(
                frame.content(),
                products.subList(Math.min(frame.said(), to), to),
                !frame.isLast(),
                frame.cursor().toString(),
                Duration.ofNanos(Math.max(0, nanoClock.getAsLong() - frame.asOfNanos())),
                frame.committedAt());
    }

    private Frame list(Content content, Known known) {
        var products = new ArrayList<Product>(known.products().size());
        known.products().forEach((_, seen) -> products.add(seen.product()));
        return frame(content, known.cursor(), null, products);
    }

    private static List<Product> since(Cursor cursor, Known known) {
        var products = new ArrayList<Product>();
        known.products().forEach((_, seen) -> {
            if (seen.position() > cursor.position()) {
                products.add(seen.product());
            }
        });
        return products;
    }

    private Frame frame(
            Content content, Cursor cursor, @Nullable Instant committedAt, List<Product> products) {
        return new Frame(content, cursor, asOfNanos, committedAt, products, 0);
    }

    /** A subscriber that comes from an instance that is ahead keeps its place. */
    private static Cursor later(Cursor one, Cursor other) {
        return one.position() > other.position() ? one : other;
    }
}
