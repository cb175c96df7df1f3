package io.meridian.payment.authorising;

import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reserves the money for an order, once. Whoever asks again gets the first answer: while it is being asked for he waits, when
 * it is unknown the provider is queried, and nobody is charged twice.
 */
public final class Authorise {

    private final Payments payments;
    private final Conversation conversation;
    private final LongAdder replays = new LongAdder();
    private final LongAdder overtaken = new LongAdder();

    public Authorise(Means means) {
        this.payments = means.payments();
        this.conversation = new Conversation(means);
    }

    /** What came of it; only faults are thrown. */
    public sealed interface Outcome {

        record Authorised(Instant expiresAt) implements Outcome {}

        record Declined(DeclineReason reason) implements Outcome {}

        /** It was given back before it was asked for, or since. */
        record Closed() implements Outcome {}

        /** Nobody knows yet; ask again later. */
        record Unknown() implements Outcome {}

        record ProviderFailed() implements Outcome {}

        /** For this order another amount or card was asked for before; nothing is done. */
        record Different() implements Outcome {}

        /** A later owner of the order has asked before; nothing is done. */
        record Overtaken() implements Outcome {}
    }

    /** @param epoch how often the order had changed hands when whoever asks took it over; 0 if he does not know */
    public Outcome authorise(OrderId orderId, long epoch, Charge charge) {
        var first = conversation.first(orderId, epoch, new Authorising(charge, false));
        if (payments.open(first)) {
            return answer(conversation.begin(first, Ending.ALONE).state());
        }
        var found = conversation.askedIn(orderId, epoch);
        if (found.isEmpty()) {
            overtaken.increment();
            return new Outcome.Overtaken();
        }
        var earlier = found.get();
        replays.increment();
        return earlier.state() instanceof Charged charged && !charged.charge().equals(charge)
                ? new Outcome.Different()
                : answer(followed(earlier).state());
    }

    /** How many requests were answered by what an earlier one for the same order had begun. */
    public long replays() {
        return replays.sum();
    }

    /** How many requests were refused because a later owner of the order had asked before. */
    public long overtaken() {
        return overtaken.sum();
    }

    private Payment followed(Payment earlier) {
        return switch (earlier.state()) {
            case Authorising _ -> {
                var now = conversation.waitForOthers(earlier);
                yield now.state() instanceof Authorising ? conversation.resume(now, Ending.ALONE) : now;
            }
            case Unknown _ -> conversation.resume(earlier, Ending.ALONE);
            default -> earlier;
        };
    }

    private static Outcome answer(State state) {
        return switch (state) {
            case State.Authorised(_, var authorisation) -> new Outcome.Authorised(authorisation.expiresAt());
            case Capturing(_, var authorisation, _) -> new Outcome.Authorised(authorisation.expiresAt());
            case Captured(_, var authorisation) -> new Outcome.Authorised(authorisation.expiresAt());
            case State.Declined(_, var reason) -> new Outcome.Declined(reason);
            case State.Failed _ -> new Outcome.ProviderFailed();
            case Authorising _, Unknown _ -> new Outcome.Unknown();
            case State.Closed _, Voiding _, Voided _, Refunding _, Refunded _ -> new Outcome.Closed();
        };
    }
}
