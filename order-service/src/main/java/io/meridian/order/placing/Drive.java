package io.meridian.order.placing;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Fact;
import io.meridian.order.model.Lifecycle;
import io.meridian.order.model.Order;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * Takes one order from where its journal stands as far as the answers of others allow: hold, price, authorise, confirm.
 *
 * <p>Each answer is written down before the next question is asked, no transaction is open during a question, and both questions
 * may be asked again. So a drive may stop at any point, by a crash or by an answer that does not come, and another drive
 * goes on from the journal. Two drives of one order do no harm: the journal takes the writes of the later owner only, and so do
 * inventory and payment, each of which is told the owner's epoch with every question.
 */
public final class Drive {

    private final Stock stock;
    private final Payments payments;
    private final Orders orders;
    private final Patience patience;
    private final InstantSource clock;
    private final LongSupplier nanoClock;

    public Drive(
            Stock stock,
            Payments payments,
            Orders orders,
            Patience patience,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.stock = stock;
        this.payments = payments;
        this.orders = orders;
        this.patience = patience;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /** How far the order came. */
    public sealed interface Progress {

        /** It reached an end. */
        record Ended(Order order) implements Progress {}

        /** An answer is missing, for the reason {@code why}; the order stands where {@code entry} says. */
        record Waiting(Entry entry, String why) implements Progress {}

        /** Whoever was asked is not there or failed, as {@code why} says; the order stands where {@code entry} says. */
        record Stranded(Entry entry, String why) implements Progress {}

        /** Somebody else changed the order or took it over. */
        record Overtaken() implements Progress {}
    }

    /** Drives the order to its end, or to the first answer that is missing. */
    public Progress drive(Entry entry, CardToken card) {
        return drive(entry, card, nanoClock.getAsLong());
    }

    /** Rejects the order. What it reserved is given back by the event this writes; its hold right away, if that is possible. */
    public Progress refuse(Entry entry, Fact.Refused refusal) {
        var progress = end(entry, refusal);
        if (progress instanceof Progress.Ended && entry.order() instanceof Order.Reserved) {
            stock.release(entry.order().id(), entry.epoch(), patience.release());
        }
        return progress;
    }

    private Progress drive(Entry entry, CardToken card, long startNanos) {
        return switch (entry.order()) {
            case Order.Placed order -> hold(entry, order, card, startNanos);
            case Order.Reserved order -> authorise(entry, order, card, startNanos);
            case Order.Confirmed order -> new Progress.Ended(order);
            case Order.Rejected order -> new Progress.Ended(order);
            case Order.Cancelled order -> new Progress.Ended(order);
        };
    }

    private Progress hold(Entry entry, Order.Placed order, CardToken card, long startNanos) {
        var within = left(startNanos, patience.hold());
        if (!within.isPositive()) {
            return new Progress.Waiting(entry, "no time was left to ask for the hold");
        }
        return switch (stock.hold(order.id(), entry.epoch(), order.placement().lines(), within)) {
            case Stock.Answer.Held(var pricing) -> reserved(entry, pricing, card, startNanos);
            case Stock.Answer.Shortage(var skus) -> refuse(entry, new Fact.Refused(Rejection.OUT_OF_STOCK, skus));
            case Stock.Answer.UnknownSkus(var skus) -> refuse(entry, new Fact.Refused(Rejection.UNKNOWN_SKU, skus));
            case Stock.Answer.Closed() -> refuse(entry, Fact.Refused.because(Rejection.HOLD_EXPIRED));
            case Stock.Answer.Overtaken() -> new Progress.Overtaken();
            case Stock.Answer.Unknown(var why) -> new Progress.Waiting(entry, "hold: " + why);
            case Stock.Answer.Unavailable(var why) -> new Progress.Stranded(entry, "hold: " + why);
        };
    }

    private Progress reserved(Entry entry, Pricing pricing, CardToken card, long startNanos) {
        return Lifecycle.after(entry.order(), new Fact.Held(pricing), now())
                .flatMap(it -> orders.write(entry, it))
                .map(it -> drive(it, card, startNanos))
                .orElseGet(Progress.Overtaken::new);
    }

    private Progress authorise(Entry entry, Order.Reserved order, CardToken card, long startNanos) {
        if (!order.pricing().holdsAt(now(), patience.margin())) {
            return refuse(entry, Fact.Refused.because(Rejection.HOLD_EXPIRED));
        }
        var within = left(startNanos, patience.authorise());
        if (!within.isPositive()) {
            return new Progress.Waiting(entry, "no time was left to ask for the authorisation");
        }
        return switch (payments.authorise(order.id(), entry.epoch(), order.pricing().total(), card, within)) {
            case Payments.Answer.Authorised() -> confirm(entry, order);
            case Payments.Answer.Declined(var reason) -> refuse(entry, Fact.Refused.because(reason));
            case Payments.Answer.Closed() -> refuse(entry, Fact.Refused.because(Rejection.AUTHORISATION_CLOSED));
            case Payments.Answer.Overtaken() -> new Progress.Overtaken();
            case Payments.Answer.Unknown(var why) -> new Progress.Waiting(entry, "authorisation: " + why);
            case Payments.Answer.Unavailable(var why) -> new Progress.Stranded(entry, "authorisation: " + why);
        };
    }

    /** The pivot. Asked again because the authorisation took its time: a hold that may be gone is not confirmed. */
    private Progress confirm(Entry entry, Order.Reserved order) {
        return order.pricing().holdsAt(now(), patience.margin())
                ? end(entry, new Fact.Authorised())
                : refuse(entry, Fact.Refused.because(Rejection.HOLD_EXPIRED));
    }

    private Progress end(Entry entry, Fact fact) {
        return Lifecycle.after(entry.order(), fact, now())
                .flatMap(it -> orders.write(entry, it))
                .<Progress>map(it -> new Progress.Ended(it.order()))
                .orElseGet(Progress.Overtaken::new);
    }

    private Duration left(long startNanos, Duration limit) {
        var total = patience.total().minusNanos(nanoClock.getAsLong() - startNanos);
        return total.compareTo(limit) < 0 ? total : limit;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
