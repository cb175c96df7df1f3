package io.meridian.order.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the hold named: a price for every line, and how long the stock stays set aside. */
public record Pricing(List<PricedLine> lines, Instant heldUntil) {

    public Pricing {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a hold must price at least one line, priced none");
        }
    }

    public Money total() {
        return lines.stream().map(PricedLine::price).reduce(Money::plus).orElseThrow();
    }

    /** Whether the stock is surely still set aside {@code margin} after {@code now}. */
    public boolean holdsAt(Instant now, Duration margin) {
        return now.plus(margin).isBefore(heldUntil);
    }

    /** Whether these are prices for exactly the lines of {@code placement}. */
    public boolean fits(Placement placement) {
        return lines.stream().map(it -> new Line(it.sku(), it.quantity())).toList().equals(placement.lines());
    }
}
