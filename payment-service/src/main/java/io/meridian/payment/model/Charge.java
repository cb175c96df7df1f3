package io.meridian.payment.model;

/** What is asked of a card: how much, and which card. */
public record Charge(Money amount, Token token) {

    public Charge {
        if (amount.amount() == 0) {
            throw new IllegalArgumentException("A charge is 1 or more minor units, was 0");
        }
    }
}
