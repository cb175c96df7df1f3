package io.meridian.inventory.watching;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.snapshot.Snapshot;

/**
 * What is known of the stock at one position of the log.
 *
 * @param log which log the positions are of
 * @param position everything up to here is known
 * @param floor from this position on it is known of each product where it changed last; before it, it is not
 */
record Known(String log, long position, long floor, Snapshot<Sku, Seen> products) {

    /**
     * A product as it was last seen.
     *
     * @param position where it changed
     */
    record Seen(Product product, long position) {}

    /** Whether it can be told what has changed since {@code cursor}. A later one, which a faster instance gave, is followed from there. */
    boolean goesOnAt(Cursor cursor) {
        return cursor.log().equals(log) && cursor.position() >= floor;
    }

    Cursor cursor() {
        return new Cursor(log, position);
    }
}
