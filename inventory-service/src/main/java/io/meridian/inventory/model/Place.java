package io.meridian.inventory.model;

/** Where a piece can be. */
public enum Place {
    /** In the shop: the next order may have it. */
    ON_HAND,
    /** Set aside for an order that is not confirmed yet. */
    HELD,
    /** Belongs to a confirmed order. */
    SOLD
}
