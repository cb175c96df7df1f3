package io.meridian.deadline;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between threads whose elements carry the scope they were put in under.
 *
 * <p>An element is worked on in its scope, on the thread that takes it, and only if its answer is still wanted then: one whose scope has
 * ended is dropped and told to the listener as {@linkplain Stage#QUEUE stopped in the queue}, never worked on. The dead do not keep
 * the living out: a full queue drops them before it refuses. Elements come out in the order they went in. Safe for use by many
 * threads.
 *
 * @param <E> what is put in
 */
public final class ScopedQueue<E> {

    /** What is done with an element. */
    @FunctionalInterface
    public interface Work<E, X extends Throwable> {
        void on(E element) throws X;
    }

    private record Entry<E>(E element, @Nullable DeadlineScope scope) {

        boolean isOver() {
            return scope != null && scope.isOver();
        }
    }

    private final BlockingQueue<Entry<E>> entries;
    private final DeadlineListener listener;
    private final MissingDeadline missing;

    /**
     * @param capacity how many elements may wait, at least 1
     * @throws IllegalArgumentException if it is less
     */
    public ScopedQueue(int capacity, DeadlineListener listener, MissingDeadline missing) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a queue has room for at least 1 element, was " + capacity);
        }
        this.entries = new ArrayBlockingQueue<>(capacity);
        this.listener = listener;
        this.missing = missing;
    }

    /**
     * Puts an element in, with the current scope; outside of any it is counted as {@linkplain MissingDeadline missing} and waits for
     * as long as it takes.
     *
     * @return whether there was room
     * @throws ScopeEndedException if the current scope has ended
     */
    public boolean offer(E element) {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            missing.met(Stage.QUEUE);
        } else if (scope.isOver()) {
            stopped(Stage.QUEUE, scope);
            scope.check("putting work into a queue");
        }
        var entry = new Entry<>(element, scope);
        return entries.offer(entry) || dropEnded() > 0 && entries.offer(entry);
    }

    /**
     * Waits for an element whose answer is wanted, and works on it in its scope: {@code work} is interrupted when that ends. What it throws
     * is thrown here, and costs the other elements nothing.
     *
     * @param patience how long to wait for one
     * @return whether there was one
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public <X extends Throwable> boolean work(Duration patience, Work<? super E, X> work) throws X, InterruptedException {
        var until = Deadline.after(patience);
        while (true) {
            var entry = entries.poll(until.remaining().toNanos(), NANOSECONDS);
            if (entry == null) {
                return false;
            }
            if (entry.isOver()) {
                dropped(entry);
            } else {
                work(entry, work);
                return true;
            }
        }
    }

    /** How many elements wait, those included whose scope has ended unnoticed. */
    public int size() {
        return entries.size();
    }

    private <X extends Throwable> void work(Entry<E> entry, Work<? super E, X> work) throws X {
        var scope = entry.scope;
        if (scope == null) {
            work.on(entry.element);
            return;
        }
        try {
            scope.call(() -> {
                work.on(entry.element);
                return true;
            });
        } finally {
            if (scope.isOver()) {
                stopped(Stage.HANDLER, scope);
            }
        }
    }

    private int dropEnded() {
        var ended = new ArrayList<Entry<E>>();
        entries.removeIf(entry -> entry.isOver() && ended.add(entry));
        ended.forEach(this::dropped);
        return ended.size();
    }

    private void dropped(Entry<E> entry) {
        if (entry.scope != null) {
            stopped(Stage.QUEUE, entry.scope);
        }
    }

    private void stopped(Stage stage, DeadlineScope scope) {
        listener.stopped(stage, scope.ending().orElse(Ending.EXPIRED));
    }
}
