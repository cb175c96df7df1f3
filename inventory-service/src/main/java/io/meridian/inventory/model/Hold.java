package io.meridian.inventory.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is, or was, set aside for one order; a state carries what is known in it. */
public sealed interface Hold {

    OrderId order();

    HoldStatus status();

    /** Pieces that belong to the order, held or sold, at the prices it was told. */
    record Kept(OrderId order, HoldStatus status, List<PricedLine> lines, Instant expiresAt) implements Hold {

        public Kept {
            lines = List.copyOf(lines);
        }

        /** Whether it was made for exactly these lines, in whatever order they are named. */
        public boolean isFor(List<Line> asked) {
            var sorted = Comparator.comparing(Line::sku);
            return lines.stream().map(PricedLine::line).sorted(sorted).toList()
                    .equals(asked.stream().sorted(sorted).toList());
        }

        /** Only a hold can expire: what is sold stays sold. */
        public boolean isOverdue(Instant now) {
            return status == HoldStatus.HELD && !now.isBefore(expiresAt);
        }
    }

    /** Nothing belongs to the order any more, or ever did. */
    record Over(OrderId order, HoldStatus status) implements Hold {}

    /** The state for {@code status}. */
    static Hold of(OrderId order, HoldStatus status, List<PricedLine> lines, @Nullable Instant expiresAt) {
        return switch (status) {
            case HELD, COMMITTED -> {
                if (expiresAt == null) {
                    throw new IllegalArgumentException("a hold that is " + status + " has an expiry: " + order);
                }
                yield new Kept(order, status, lines, expiresAt);
            }
            case RELEASED, EXPIRED, RETURNED, CLOSED -> new Over(order, status);
        };
    }
}
