package io.meridian.inventory.watching;

import io.meridian.inventory.model.Product;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said to one subscriber at once; without products a sign of life.
 *
 * @param more whether the next part belongs to this one
 * @param cursor where to go on
 * @param age how old at most what is known here is
 * @param committedAt when the oldest change in it was committed; null in lists and signs of life
 */
public record Part(
        Content content,
        List<Product> products,
        boolean more,
        String cursor,
        Duration age,
        @Nullable Instant committedAt) {

    /** As many products as one part has at most: some 40 KB. */
    public static final int MOST = 500;

    /** What the products of a part are. */
    public enum Content {
        /** They have changed. */
        CHANGES,
        /** All there are. */
        LIST,
        /** All there are, when all changes have been said. */
        CHECK
    }

    public Part {
        products = List.copyOf(products);
    }
}
