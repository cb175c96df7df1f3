package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.placing.Drive;
import io.meridian.order.settling.Backlog.Taking;
import io.meridian.order.settling.Unfinished.Leased;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Looks after the orders that do not end by themselves: tells of each that is stuck, lists what is unfinished, and does with one of
 * them what a person decides.
 *
 * <p>A person's drive is a drive like any other: it takes the order in a new epoch, so one that runs at the same time, here or in
 * another instance, is overtaken and spoils nothing; and it waits for nobody who is at work within his lease.
 */
public final class TendOrders {

    private final Backlog backlog;
    private final Unfinished unfinished;
    private final Drive drive;
    private final Settling settling;
    private final Duration stuckAfter;
    private final RandomGenerator random;

    /** @param stuckAfter the age from which an order is stuck; longer than settling takes to give up what waits */
    public TendOrders(
            Backlog backlog,
            Unfinished unfinished,
            Drive drive,
            Settling settling,
            Duration stuckAfter,
            RandomGenerator random) {
        if (stuckAfter.compareTo(settling.giveUpAfter()) <= 0) {
            throw new IllegalArgumentException("stuckAfter must be longer than giveUpAfter (" + settling.giveUpAfter()
                    + "), was " + stuckAfter + ": what settling still ends by itself is not stuck");
        }
        this.backlog = backlog;
        this.unfinished = unfinished;
        this.drive = drive;
        this.settling = settling;
        this.stuckAfter = stuckAfter;
        this.random = random;
    }

    /** What became of an order that a person decided about. */
    public sealed interface Outcome {

        /** It has ended, by this. */
        record Ended(Order order) implements Outcome {}

        /** It stands where it stood, for the reason {@code why}; settling goes on with it. */
        record Unfinished(String why) implements Outcome {}

        /**
         * Somebody drives it; nothing was done.
         *
         * @param left for how long at most
         */
        record Busy(Duration left) implements Outcome {}

        /** Somebody took it over while this was done; he goes on with it. */
        record Overtaken() implements Outcome {}

        /** It had ended before; nothing was done. */
        record HadEnded(Order order) implements Outcome {}

        record NoSuchOrder() implements Outcome {}
    }

    public Duration stuckAfter() {
        return stuckAfter;
    }

    public Backlog.Figures figures() {
        return backlog.figures(stuckAfter);
    }

    /** Up to {@code most} of what is unfinished, or of what is stuck, the oldest first. */
    public List<Backlog.Open> open(boolean onlyStuck, int most) {
        return backlog.open(onlyStuck ? stuckAfter : Duration.ZERO, most);
    }

    /** Those that have become stuck since this was asked last, by whichever instance. */
    public List<Backlog.Open> becameStuck() {
        return backlog.becameStuck(stuckAfter);
    }

    /** Drives the order now, as far as the answers of others allow. */
    public Outcome driveNow(OrderId id) {
        return taken(id, leased -> drive.drive(leased.entry(), leased.card()));
    }

    /** Rejects the order; whatever was done for it is undone by the event that goes with it. */
    public Outcome giveUp(OrderId id) {
        return taken(id, leased -> drive.refuse(leased.entry(), Fact.Refused.because(Rejection.GIVEN_UP)));
    }

    private Outcome taken(OrderId id, Function<Leased, Drive.Progress> deed) {
        return switch (backlog.take(id, settling.lease())) {
            case Taking.Taken(var leased) -> done(leased, deed);
            case Taking.Busy(var left) -> new Outcome.Busy(left);
            case Taking.HasEnded(var order) -> new Outcome.HadEnded(order);
            case Taking.NoSuchOrder() -> new Outcome.NoSuchOrder();
        };
    }

    private Outcome done(Leased leased, Function<Leased, Drive.Progress> deed) {
        return switch (progress(leased, deed)) {
            case Drive.Progress.Ended(var order) -> new Outcome.Ended(order);
            case Drive.Progress.Waiting(_, var why) -> putDown(leased, why);
            case Drive.Progress.Stranded(_, var why) -> putDown(leased, why);
            case Drive.Progress.Overtaken() -> new Outcome.Overtaken();
        };
    }

    private Drive.Progress progress(Leased leased, Function<Leased, Drive.Progress> deed) {
        try {
            return deed.apply(leased);
        } catch (RuntimeException fault) {
            putDown(leased, "fault: " + fault);
            throw fault;
        }
    }

    private Outcome putDown(Leased leased, String why) {
        unfinished.defer(leased, settling.pauseAfter(leased.attempts(), random), why);
        return new Outcome.Unfinished(why);
    }
}
