package io.meridian.outbox.hearing;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The records of one partition that were received and not yet committed, in the order of their offsets, whichever order they are
 * finished in. Guarantees that {@link #position} never passes a record that is not finished. Not safe for use by several threads.
 */
final class OffsetLedger {

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final Map<Long, Entry> unfinished = new HashMap<>();
    private long position;

    /** @param position the first offset that will be received, as far as is known */
    OffsetLedger(long position) {
        this.position = position;
    }

    private static final class Entry {
        final long offset;
        boolean finished;

        Entry(long offset) {
            this.offset = offset;
        }
    }

    /** @throws IllegalArgumentException if it was received already, or a later one */
    void receive(long offset) {
        if (hasSeen(offset)) {
            throw new IllegalArgumentException("offset must be above " + last() + ", was " + offset);
        }
        var entry = new Entry(offset);
        entries.add(entry);
        unfinished.put(offset, entry);
    }

    /** Without effect for an offset that is not under way. */
    void finish(long offset) {
        var entry = unfinished.remove(offset);
        if (entry == null) {
            return;
        }
        entry.finished = true;
        while (!entries.isEmpty() && entries.getFirst().finished) {
            position = entries.removeFirst().offset + 1;
        }
    }

    /** The offset to commit: one more than that of the last record before the first unfinished one. */
    long position() {
        return position;
    }

    /** Records that are not finished, and finished ones behind them. */
    int span() {
        return entries.size();
    }

    boolean hasSeen(long offset) {
        return offset <= last();
    }

    private long last() {
        return entries.isEmpty() ? position - 1 : entries.getLast().offset;
    }
}
