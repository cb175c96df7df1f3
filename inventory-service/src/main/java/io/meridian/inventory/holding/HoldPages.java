package io.meridian.inventory.holding;

import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.OrderId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All holds, page by page, for whoever compares them with what others have. */
public interface HoldPages {

    /** The most holds of one page, and how many there are when nobody says. */
    int MAX_LIMIT = 500;

    int DEFAULT_LIMIT = 100;

    /**
     * The holds that follow {@code after} by order id, as the database sorts UUIDs; those that were closed before they began are left out.
     * Holds that come meanwhile move no page.
     *
     * @param after null for the first page; needs no hold of its own
     */
    List<Hold> after(@Nullable OrderId after, int limit);
}
