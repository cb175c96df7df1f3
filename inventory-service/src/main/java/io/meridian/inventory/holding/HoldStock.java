package io.meridian.inventory.holding;

import static java.util.Objects.requireNonNull;

import io.meridian.inventory.holding.Holds.Taking;
import io.meridian.inventory.holding.Holds.Taking.AlreadyKnown;
import io.meridian.inventory.holding.Holds.Taking.Short;
import io.meridian.inventory.holding.Holds.Taking.Taken;
import io.meridian.inventory.holding.Holds.Taking.Unknown;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Sku;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sets stock aside for one order and names its prices.
 *
 * <p>All lines or nothing. Asked again for the same order and lines it gives the first answer, at the first prices and with the
 * first expiry, even if the stock has run out since. A refusal sets nothing aside and is not remembered: asked again
 * later, the answer may be another.
 */
public final class HoldStock {

    private final Holds holds;
    private final InstantSource clock;
    private final Duration holdFor;
    private final LongAdder overtaken = new LongAdder();

    /** @param holdFor how long stock waits for its order to be confirmed */
    public HoldStock(Holds holds, InstantSource clock, Duration holdFor) {
        if (!holdFor.isPositive()) {
            throw new IllegalArgumentException("a hold lasts longer than zero, was " + holdFor);
        }
        this.holds = holds;
        this.clock = clock;
        this.holdFor = holdFor;
    }

    /**
     * @param epoch how often the order had changed hands when whoever asks took it over; 0 if he does not know
     * @param lines each SKU at most once
     */
    public Outcome hold(OrderId order, long epoch, List<Line> lines) {
        var now = clock.instant();
        // As fine as the ledger remembers it, so that the answer told again is the same.
        var expiresAt = now.plus(holdFor).truncatedTo(ChronoUnit.MICROS);
        return switch (holds.take(order, epoch, lines, now, expiresAt)) {
            case Taken(var priced) -> new Held(inOrderOf(lines, priced), expiresAt, false);
            case Taking.Overtaken _ -> {
                overtaken.increment();
                yield new Overtaken();
            }
            case AlreadyKnown _ -> firstAnswer(order, lines, now).orElseThrow();
            case Short(var skus) -> firstAnswer(order, lines, now).orElseGet(() -> new Shortage(skus));
            case Unknown(var skus) -> firstAnswer(order, lines, now).orElseGet(() -> new UnknownSkus(skus));
        };
    }

    /** How many requests were refused because a later owner of the order had asked before. */
    public long overtaken() {
        return overtaken.sum();
    }

    private Optional<Outcome> firstAnswer(OrderId order, List<Line> lines, Instant now) {
        return holds.find(order).map(hold -> switch (hold) {
            case Hold.Kept kept when !kept.isFor(lines) -> new OtherLines();
            // Still there, but the next sweep gives it back: too late to rely on.
            case Hold.Kept kept when kept.isOverdue(now) -> new Closed();
            case Hold.Kept kept -> new Held(inOrderOf(lines, kept.lines()), kept.expiresAt(), true);
            case Hold.Over _ -> new Closed();
        });
    }

    /** The ledger thinks in SKUs; whoever asked finds the prices where the lines were. */
    private static List<PricedLine> inOrderOf(List<Line> asked, List<PricedLine> priced) {
        var byLine = priced.stream().collect(Collectors.toMap(PricedLine::line, Function.identity()));
        return asked.stream().map(line -> requireNonNull(byLine.get(line))).toList();
    }

    /** The answer to whoever asked for the hold. */
    public sealed interface Outcome {}

    /** @param again whether this is the answer to an earlier question, told once more */
    public record Held(List<PricedLine> lines, Instant expiresAt, boolean again) implements Outcome {

        public Held {
            lines = List.copyOf(lines);
        }
    }

    /** These have too little left. */
    public record Shortage(List<Sku> skus) implements Outcome {

        public Shortage {
            skus = List.copyOf(skus);
        }
    }

    /** These are not in the catalogue. */
    public record UnknownSkus(List<Sku> skus) implements Outcome {

        public UnknownSkus {
            skus = List.copyOf(skus);
        }
    }

    /** A later owner of the order has asked before; nothing was done for this one. */
    public record Overtaken() implements Outcome {}

    /** The order's hold was given back before, or will be in a moment. */
    public record Closed() implements Outcome {}

    /** The order holds something else: a mistake of whoever asked. */
    public record OtherLines() implements Outcome {}
}
