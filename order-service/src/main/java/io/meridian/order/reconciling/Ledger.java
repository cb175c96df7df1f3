package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody has about orders, page by page. */
@FunctionalInterface
public interface Ledger<T extends Entry> {

    /**
     * The entries that follow {@code after}, ascending as {@link OrderId} compares. Entries that come meanwhile move no page.
     *
     * @param after null for the first page; needs no entry of its own
     * @param limit the most entries; fewer are the last ones
     * @throws CannotLook if they cannot be had
     */
    List<T> after(@Nullable OrderId after, int limit);
}
