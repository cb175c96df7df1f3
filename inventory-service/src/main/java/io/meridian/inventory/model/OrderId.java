package io.meridian.inventory.model;

import java.util.UUID;

/** The order for which stock is set aside; whoever asks mints it, and by it a question asked twice is recognised. */
public record OrderId(UUID value) {

    /** @throws IllegalArgumentException unless {@code text} is a UUID in its canonical form of 36 characters */
    public static OrderId of(String text) {
        // UUID.fromString alone would take "1-1-1-1-1" and hand back another text than it was given.
        if (text.length() != 36) {
            throw new IllegalArgumentException("an order id is a UUID of 36 characters");
        }
        return new OrderId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
