package io.meridian.inventory.model;

/** An amount in minor units (cents) of one currency. */
public record Money(long amount, String currency) {

    public Money {
        if (amount < 0) {
            throw new IllegalArgumentException("amount must be 0 or more, was " + amount);
        }
    }
}
