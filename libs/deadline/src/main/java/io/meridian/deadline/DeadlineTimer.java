package io.meridian.deadline;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells when deadlines pass: a hashed wheel of {@value #SLOTS} slots of a millisecond, after Varghese and Lauck, "Hashed and
 * Hierarchical Timing Wheels" (SOSP 1987). Adding and removing take constant time, which matters because nearly every entry is
 * removed before it is due; an entry is run within two milliseconds after it is due, on a thread that has the processor.
 *
 * <p>The thread sleeps until the next slot that has an entry, and looks at least {@value #LOOK_EVERY} ticks; an entry that is due later
 * than it will wake anyway does not wake it.
 */
final class DeadlineTimer {

    static final DeadlineTimer SHARED = new DeadlineTimer();

    static final int SLOTS = 2048;

    private static final long LOOK_EVERY = 100;
    private static final long TICK_NANOS = 1_000_000;
    private static final int MASK = SLOTS - 1;

    /** Something that is due at some time, told of it once or, if it comes late, perhaps twice. Scheduled once only. */
    abstract static class Entry {

        private long tick;
        private volatile @Nullable Slot slot;
        private @Nullable Entry before;
        private @Nullable Entry after;

        /** Called by the timer's thread, or by {@link #schedule} for one that is due already; must neither block nor throw. */
        abstract void due();
    }

    /** A list of entries, guarded by itself. */
    private static final class Slot {
        private final int index;
        private @Nullable Entry head;

        Slot(int index) {
            this.index = index;
        }
    }

    private final long startNanos = System.nanoTime();
    private final Slot[] slots = new Slot[SLOTS];

    /** A bit for each slot that has an entry. */
    private final AtomicLongArray occupied = new AtomicLongArray(SLOTS / Long.SIZE);

    private final Thread thread;

    /** The tick at which the thread wakes by itself; the greatest while it decides that. */
    private volatile long wakes = Long.MAX_VALUE;

    /** Up to this tick every slot has been looked at, or is being. */
    private volatile long passed = -1;

    DeadlineTimer() {
        for (var i = 0; i < SLOTS; i++) {
            slots[i] = new Slot(i);
        }
        thread = Thread.ofPlatform()
                .name("deadline-timer")
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(this::turn);
        // Whoever asks first must not be held for ever by what its thread carries.
        thread.setContextClassLoader(null);
        thread.start();
    }

    void schedule(Entry entry, long atNanos) {
        // Rounded up: never early.
        entry.tick = Math.max(0, Math.floorDiv(atNanos - startNanos, TICK_NANOS) + 1);
        var slot = slots[(int) (entry.tick & MASK)];
        synchronized (slot) {
            entry.slot = slot;
            entry.after = slot.head;
            if (slot.head == null) {
                mark(slot.index);
            } else {
                slot.head.before = entry;
            }
            slot.head = entry;
        }
        if (entry.tick <= passed) {
            // The thread may have looked at the slot just before, and comes back only after a turn.
            cancel(entry);
            entry.due();
        } else if (entry.tick < wakes) {
            LockSupport.unpark(thread);
        }
    }

    void cancel(Entry entry) {
        var slot = entry.slot;
        if (slot != null) {
            synchronized (slot) {
                unlink(entry, slot);
            }
        }
    }

    private void turn() {
        var done = -1L;
        while (true) {
            wakes = Long.MAX_VALUE;
            var now = now();
            passed = now;
            // After a pause longer than a turn of the wheel every slot is looked at once.
            for (var tick = Math.max(done + 1, now - SLOTS + 1); tick <= now; tick++) {
                if (isMarked((int) (tick & MASK))) {
                    runDue(slots[(int) (tick & MASK)], now);
                }
            }
            done = now;
            var next = nextMarked(now);
            wakes = next;
            LockSupport.parkNanos(this, startNanos + next * TICK_NANOS - System.nanoTime());
        }
    }

    private void runDue(Slot slot, long now) {
        Entry due = null;
        synchronized (slot) {
            for (var entry = slot.head; entry != null; ) {
                var after = entry.after;
                if (entry.tick <= now) {
                    unlink(entry, slot);
                    entry.after = due;
                    due = entry;
                }
                entry = after;
            }
        }
        while (due != null) {
            var after = due.after;
            due.after = null;
            try {
                due.due();
            } catch (RuntimeException | Error _) {
                // an entry reports its own faults; if even that fails, the others still have their deadlines
            }
            due = after;
        }
    }

    /** The next tick whose slot has an entry, perhaps of a later turn; within {@value #LOOK_EVERY} ticks of now. */
    private long nextMarked(long now) {
        for (var tick = now + 1; tick < now + LOOK_EVERY; tick++) {
            if (isMarked((int) (tick & MASK))) {
                return tick;
            }
        }
        return now + LOOK_EVERY;
    }

    private void unlink(Entry entry, Slot slot) {
        if (entry.slot != slot) {
            return;
        }
        if (entry.before != null) {
            entry.before.after = entry.after;
        } else {
            slot.head = entry.after;
            if (slot.head == null) {
                unmark(slot.index);
            }
        }
        if (entry.after != null) {
            entry.after.before = entry.before;
        }
        entry.slot = null;
        entry.before = null;
        entry.after = null;
    }

    private void mark(int index) {
        occupied.accumulateAndGet(index / Long.SIZE, 1L << index, (bits, bit) -> bits | bit);
    }

    private void unmark(int index) {
        occupied.accumulateAndGet(index / Long.SIZE, 1L << index, (bits, bit) -> bits & ~bit);
    }

    private boolean isMarked(int index) {
        return (occupied.get(index / Long.SIZE) & 1L << index) != 0;
    }

    private long now() {
        return Math.floorDiv(System.nanoTime() - startNanos, TICK_NANOS);
    }
}
