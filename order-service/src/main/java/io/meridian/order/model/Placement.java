package io.meridian.order.model;

import java.time.Instant;
import java.util.List;

/** The customer's part of an order: written once, changed never. */
public record Placement(OrderId id, CustomerId customer, List<Line> lines, Instant createdAt) {

    public Placement {
        lines = List.copyOf(lines);
    }
}
