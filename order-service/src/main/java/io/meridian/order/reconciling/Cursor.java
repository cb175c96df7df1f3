package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Goes through a ledger entry by entry, with one page of it in memory. */
final class Cursor<T extends Entry> {

    private final Ledger<T> ledger;
    private final int pageSize;
    private final Deque<T> page = new ArrayDeque<>();
    private @Nullable OrderId last;
    private boolean ended;
    private long passed;

    Cursor(Ledger<T> ledger, int pageSize, @Nullable OrderId after) {
        this.ledger = ledger;
        this.pageSize = pageSize;
        this.last = after;
    }

    /** Where it stands; null at the end. */
    @Nullable OrderId at() {
        if (page.isEmpty() && !ended) {
            turn();
        }
        var next = page.peek();
        return next == null ? null : next.id();
    }

    /** The entry of this order, passing it; null if it stands elsewhere. */
    @Nullable T take(OrderId id) {
        if (!id.equals(at())) {
            return null;
        }
        passed++;
        return page.poll();
    }

    /** How many entries it has passed. */
    long passed() {
        return passed;
    }

    private void turn() {
        var next = ledger.after(last, pageSize);
        for (var entry : next) {
            if (last != null && entry.id().compareTo(last) <= 0) {
                throw new IllegalStateException("ids must ascend, but " + entry.id() + " came after " + last);
            }
            last = entry.id();
            page.add(entry);
        }
        ended = next.size() < pageSize;
    }
}
