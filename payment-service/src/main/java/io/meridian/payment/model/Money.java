package io.meridian.payment.model;

import java.util.regex.Pattern;

/** An amount in minor units (cents) of one currency; never negative. */
public record Money(long amount, String currency) {

    private static final Pattern ISO_4217 = Pattern.compile("[A-Z]{3}");

    public Money {
        if (amount < 0) {
            throw new IllegalArgumentException("An amount is 0 or more minor units, was " + amount);
        }
        if (!ISO_4217.matcher(currency).matches()) {
            throw new IllegalArgumentException("A currency is three capitals (ISO 4217)");
        }
    }

    @Override
    public String toString() {
        return amount + " " + currency;
    }
}
