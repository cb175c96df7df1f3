package io.meridian.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The calls in flight: how many, and for how long. A call counts where it started, in one of 128 slots of 34 ms; what started
 * before these (4.3 s) counts as old. There is a row of slots for each {@link Stripes stripe}, so that threads that enter and leave at the
 * same moment share nothing but the total.
 *
 * <p>A slot holds the number of its time and its count in one word, so that a slot taken over by a new time hands its count on as old
 * exactly once, and whoever leaves knows whether to look in the slot or among the old.
 */
final class InFlight {

    private static final int SLOT_SHIFT = 25;
    private static final int SLOTS = 128;

    /** From this age on a call is old. */
    static final long OLD_NANOS = (long) SLOTS << SLOT_SHIFT;

    private static final int COUNT_BITS = 24;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    /** On a cache line of its own: the only word that every call writes. */
    private final AtomicIntegerArray total = new AtomicIntegerArray(2 * Stripes.LINE_INTS);

    private final AtomicLongArray slots = new AtomicLongArray(Stripes.LINE_LONGS + Stripes.COUNT * SLOTS);
    private final AtomicInteger old = new AtomicInteger();

    int total() {
        return total.get(Stripes.LINE_INTS);
    }

    /**
     * @param stripe of the thread that asks; whoever leaves has to name it again
     * @return how many are in flight with this one, or 0 if there are {@code limit} already
     */
    int tryEnter(int limit, long now, int stripe) {
        int before = total();
        while (true) {
            if (before >= limit) {
                return 0;
            }
            int seen = total.compareAndExchange(Stripes.LINE_INTS, before, before + 1);
            if (seen == before) {
                break;
            }
            before = seen;
        }
        addAt(number(now), stripe);
        return before + 1;
    }

    /** A call that started then, by a thread of that stripe, is over. */
    void leave(long start, int stripe) {
        total.getAndDecrement(Stripes.LINE_INTS);
        if (!takeAt(number(start), stripe)) {
            old.getAndDecrement();
        }
    }

    /**
     * A call is over of which somebody else measured the start: it may have been counted a slot earlier, or never.
     *
     * @return whether there was any in flight
     */
    boolean leaveAround(long start) {
        int before;
        do {
            before = total();
            if (before == 0) {
                return false;
            }
        } while (!total.compareAndSet(Stripes.LINE_INTS, before, before - 1));
        long number = number(start);
        int own = Stripes.own();
        for (int back = 0; back <= 2 && back <= number; back++) {
            for (int other = 0; other < Stripes.COUNT; other++) {
                if (takeAt(number - back, own ^ other)) {
                    return true;
                }
            }
        }
        takeAny();
        return true;
    }

    /**
     * Adds the calls in flight to a row of {@link Buckets} by how long they last at least.
     *
     * @param since calls that started before are left out
     */
    void agesAt(long now, long since, int[] row) {
        long newest = number(now);
        for (int i = Stripes.LINE_LONGS; i < slots.length(); i++) {
            long slot = slots.get(i);
            long number = numberOf(slot);
            int count = countOf(slot);
            if (count > 0 && number <= newest && startOf(number) >= since) {
                row[Buckets.of(Math.max(0, now - startOf(number + 1)))] += count;
            }
        }
        int olds = old.get();
        if (olds > 0 && now - OLD_NANOS >= since) {
            row[Buckets.of(OLD_NANOS)] += olds;
        }
    }

    /** The sum of all slots; the same as {@link #total} whenever nobody enters or leaves. */
    int counted() {
        int sum = old.get();
        for (int i = Stripes.LINE_LONGS; i < slots.length(); i++) {
            sum += countOf(slots.get(i));
        }
        return sum;
    }

    private void addAt(long number, int stripe) {
        int index = index(number, stripe);
        while (true) {
            long slot = slots.get(index);
            long slotNumber = numberOf(slot);
            if (slotNumber == number) {
                if (slots.compareAndSet(index, slot, slot + 1)) {
                    return;
                }
            } else if (slotNumber > number) {
                old.getAndIncrement(); // it was long on its way here; the slot has a later time already
                return;
            } else if (slots.compareAndSet(index, slot, word(number, 1))) {
                old.getAndAdd(countOf(slot));
                return;
            }
        }
    }

    private boolean takeAt(long number, int stripe) {
        return takeOf(number, index(number, stripe));
    }

    private boolean takeOf(long number, int index) {
        while (true) {
            long slot = slots.get(index);
            if (numberOf(slot) != number || countOf(slot) == 0) {
                return false;
            }
            if (slots.compareAndSet(index, slot, slot - 1)) {
                return true;
            }
        }
    }

    private void takeAny() {
        if (old.get() > 0) {
            old.getAndDecrement();
            return;
        }
        for (int i = Stripes.LINE_LONGS; i < slots.length(); i++) {
            long slot = slots.get(i);
            if (countOf(slot) > 0 && takeOf(numberOf(slot), i)) {
                return;
            }
        }
        old.getAndDecrement(); // it is on its way into a slot, or out of one
    }

    private static int index(long number, int stripe) {
        return Stripes.LINE_LONGS + stripe * SLOTS + (int) (number & (SLOTS - 1));
    }

    /** Numbers begin with 1, so that an empty word is of no time. */
    private static long number(long nanos) {
        return (nanos >>> SLOT_SHIFT) + 1;
    }

    private static long startOf(long number) {
        return (number - 1) << SLOT_SHIFT;
    }

    private static long word(long number, int count) {
        return number << COUNT_BITS | count;
    }

    private static long numberOf(long word) {
        return word >>> COUNT_BITS;
    }

    private static int countOf(long word) {
        return (int) (word & COUNT_MASK);
    }
}
