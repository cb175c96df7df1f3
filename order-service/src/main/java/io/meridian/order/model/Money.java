package io.meridian.order.model;

import java.util.regex.Pattern;

/**
 * An amount in minor units of one currency; never negative, and never silently wrong: arithmetic that would overflow or mix
 * currencies throws.
 *
 * @param amount minor units, such as cents
 * @param currency ISO 4217, three capitals
 */
public record Money(long amount, String currency) {

    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public Money {
        if (amount < 0) {
            throw new IllegalArgumentException("an amount must not be negative, was " + amount);
        }
        if (!CURRENCY.matcher(currency).matches()) {
            throw new IllegalArgumentException("a currency must be three capitals, was " + currency);
        }
    }

    public Money times(int quantity) {
        return new Money(Math.multiplyExact(amount, (long) quantity), currency);
    }

    public Money plus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
        return new Money(Math.addExact(amount, other.amount), currency);
    }
}
