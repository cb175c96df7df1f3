package io.meridian.order.viewing;

import io.meridian.order.model.CustomerId;
import io.meridian.order.model.OrderId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads orders. */
public interface Views {

    /** The most orders on one page, and how many there are if nobody says. */
    int MOST_PER_PAGE = 100;

    int USUAL_PER_PAGE = 20;

    /** @param next the id to ask for the next page after; null on the last page */
    record Page(List<OrderView> items, @Nullable String next) {

        public Page {
            items = List.copyOf(items);
        }
    }

    Optional<OrderView> find(OrderId id);

    /**
     * Orders, newest first. Orders that come meanwhile move no page: each order that was there when the first page was asked
     * for is on exactly one.
     *
     * @param customer whose orders; null for everybody's
     * @param after the last order of the page before; null for the first page
     */
    Page page(@Nullable CustomerId customer, int limit, @Nullable OrderId after);
}
