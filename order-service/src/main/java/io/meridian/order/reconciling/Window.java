package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which orders are compared, by the time in their ids (RFC 9562, version 7). The same window of the same entries gives the same report.
 *
 * @param since the oldest; null for all there are
 * @param until whatever is younger is on its way, and is not judged
 */
public record Window(@Nullable Instant since, Instant until) {

    private static final int VERSION = 7;

    public Window {
        if (since != null && since.isAfter(until)) {
            throw new IllegalArgumentException("a window ends after it begins, was " + since + " to " + until);
        }
    }

    /** The id after which the orders of this window come; null for the very first. */
    @Nullable OrderId after() {
        return since == null || since.toEpochMilli() <= 0
                ? null
                : new OrderId(new UUID(since.toEpochMilli() << 16, 0));
    }

    /** An id that is of another version says nothing of its age, and was not minted here. */
    boolean isTooYoung(OrderId id) {
        return id.value().version() == VERSION
                && Instant.ofEpochMilli(id.value().getMostSignificantBits() >>> 16).isAfter(until);
    }
}
