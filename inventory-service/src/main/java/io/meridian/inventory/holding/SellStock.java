package io.meridian.inventory.holding;

import io.meridian.inventory.holding.Holds.Moving;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Sells a confirmed order what was set aside for it, and announces it.
 *
 * <p>If the hold ended before the confirmation came, the stock is taken again if it is still there; else it is lost to this
 * order, which is announced too, for the order cannot be served. Runs in the caller's transaction.
 */
public final class SellStock {

    private final Holds holds;
    private final StockNews news;
    private final InstantSource clock;

    public SellStock(Holds holds, StockNews news, InstantSource clock) {
        this.holds = holds;
        this.news = news;
        this.clock = clock;
    }

    /** @param confirmed what the order was confirmed with; told as lost if nothing was ever set aside for it */
    public Outcome sell(OrderId order, List<Line> confirmed) {
        var now = clock.instant();
        return switch (holds.move(order, Move.COMMIT, now)) {
            case Moving.Moved _ -> sold(order, new Sold(false), now);
            case Moving.NotPossible _ -> sellWithoutHold(order, confirmed, now);
            case Moving.Short(var skus) ->
                throw new IllegalStateException("order " + order + " holds more than is held of " + skus);
        };
    }

    private Outcome sellWithoutHold(OrderId order, List<Line> confirmed, Instant now) {
        var hold = holds.find(order);
        if (hold.isEmpty()) {
            // Closed first, so that a request to hold that is still under way is refused.
            return holds.close(order, now) ? lost(order, skus(confirmed), now) : sell(order, confirmed);
        }
        return switch (hold.get().status()) {
            case HELD -> sell(order, confirmed);
            case COMMITTED, RETURNED -> new Unchanged();
            case CLOSED -> lost(order, skus(confirmed), now);
            case EXPIRED, RELEASED -> switch (holds.move(order, Move.RETAKE, now)) {
                case Moving.Moved _ -> sold(order, new Sold(true), now);
                case Moving.Short(var skus) -> lost(order, skus, now);
                case Moving.NotPossible _ -> new Unchanged();
            };
        };
    }

    private Outcome sold(OrderId order, Sold sold, Instant now) {
        news.committed(order, now);
        return sold;
    }

    private Outcome lost(OrderId order, List<Sku> skus, Instant now) {
        news.lost(order, skus, now);
        return new Lost(skus);
    }

    private static List<Sku> skus(List<Line> lines) {
        return lines.stream().map(Line::sku).toList();
    }

    /** What the confirmation led to. */
    public sealed interface Outcome {}

    /** @param again whether the hold had ended and the stock had to be taken again */
    public record Sold(boolean again) implements Outcome {}

    /** These are gone; nothing was sold. */
    public record Lost(List<Sku> skus) implements Outcome {

        public Lost {
            skus = List.copyOf(skus);
        }
    }

    /** It was sold before. */
    public record Unchanged() implements Outcome {}
}
