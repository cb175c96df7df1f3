package io.meridian.payment.authorising;

import io.meridian.payment.authorising.Payments.Overtaken;
import io.meridian.payment.authorising.Provider.Standing;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Answer.NeverAsked;
import io.meridian.payment.model.Answer.Unanswered;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Undoable;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voiding;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What all use cases do alike: bring an unfinished payment to its end by talking with the provider.
 *
 * <p>The intent is written before this class is called. It asks (or, if someone may have asked before, queries), writes where
 * the answer leads, and goes on while that is unfinished too (an authorisation nobody wants any more is voided at once). A
 * provider that does not answer ends the conversation, not the payment: it stays as it is, and is due again later.
 *
 * <p>Two conversations about one payment do no harm: the provider does each key once, and of two writes on one version one
 * is {@link Overtaken} and reads again.
 */
final class Conversation {

    /** Authorise, capture, void, refund: no payment needs more operations in a row; a provider that contradicts itself does. */
    private static final int MOST_STEPS = Operation.values().length;

    private final Payments payments;
    private final Provider provider;
    private final Decisions decisions;
    private final Patience patience;
    private final InstantSource clock;

    Conversation(Means means) {
        this.payments = means.payments();
        this.provider = means.provider();
        this.decisions = means.decisions();
        this.patience = means.patience();
        this.clock = means.clock();
    }

    /** Asks what the payment's intent says; for whoever has just written that intent. */
    Payment begin(Payment payment, Ending ending) {
        return talk(payment, true, ending);
    }

    /** Finds out what became of an intent that may have been asked before, and goes on from there. */
    Payment resume(Payment payment, Ending ending) {
        return talk(payment, false, ending);
    }

    /** Lets whoever wrote the intent finish, if he may still be at it; then the payment as it is. */
    Payment waitForOthers(Payment payment) {
        var seen = payment;
        while (true) {
            var left = Duration.between(now(), payment.updatedAt().plus(patience.inFlight()));
            if (!left.isPositive()) {
                return seen;
            }
            var now = payments.awaitChange(seen, left);
            var onlyRaised = now.version() != seen.version() && now.state().equals(seen.state());
            if (!onlyRaised) {
                return now;
            }
            seen = now;
        }
    }

    /**
     * The payment, for an owner of the order that asks in {@code epoch}; empty if a later one has asked before.
     *
     * <p>What is then decided on the payment's version is not written once a later owner has asked, for that changes the version. So
     * epoch and effect are checked together, though they are written apart.
     */
    Optional<Payment> askedIn(OrderId orderId, long epoch) {
        while (true) {
            var payment = payments.find(orderId).orElseThrow();
            if (payment.epoch() > epoch) {
                return Optional.empty();
            }
            if (payment.epoch() == epoch) {
                return Optional.of(payment);
            }
            try {
                return Optional.of(payments.raise(payment, epoch));
            } catch (Overtaken _) {
                // somebody changed it, or asks in an epoch of his own
            }
        }
    }

    /** A change that is ours to make, without the provider; empty if someone else changed the payment first. */
    Optional<Payment> change(Payment payment, State next) {
        var after = payment.becomes(next, now(), patience.dueAt(next, now()));
        try {
            payments.write(new Transition(payment, after, Optional.empty()));
            return Optional.of(after);
        } catch (Overtaken e) {
            return Optional.empty();
        }
    }

    Payment first(OrderId orderId, long epoch, State state) {
        return Payment.first(orderId, epoch, state, now(), patience.dueAt(state, now()));
    }

    /** To the microsecond, which is what is stored: the answer is the same before and after it was written. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private Payment talk(Payment start, boolean ours, Ending ending) {
        var payment = start;
        var ask = ours;
        for (var step = 0; step < MOST_STEPS && payment.state() instanceof Unfinished asked; step++) {
            var answer = ask ? ask(payment.orderId(), asked) : query(payment, asked);
            var reached = written(payment, asked.operation(), answer, ending);
            payment = reached.payment();
            switch (reached.progress()) {
                case ENDED -> {
                    return payment;
                }
                case UNDECIDED -> {
                    // Whoever authorises is waited for, and can ask again; anything else is asked about at once.
                    if (!ask || asked.operation() == Operation.AUTHORISE) {
                        return givenUp(payment, ending);
                    }
                    ask = false;
                }
                case BEGUN -> ask = true;
                case ELSEWHERE -> ask = false;
            }
        }
        return payment.state() instanceof Unfinished ? givenUp(payment, ending) : ended(payment, ending);
    }

    private enum Progress {
        /** The last write is done. */
        ENDED,
        /** A new intent is written, and is ours to ask. */
        BEGUN,
        /** The answer decided nothing. */
        UNDECIDED,
        /** Someone else decided; how far he is with what comes next is not known. */
        ELSEWHERE
    }

    private record Reached(Payment payment, Progress progress) {}

    /** Writes where the answer leads. If the payment changed meanwhile, the answer counts for what it is now. */
    private Reached written(Payment start, Operation operation, Answer answer, Ending ending) {
        var payment = start;
        while (payment.state() instanceof Unfinished asked && asked.operation() == operation) {
            var next = asked.after(answer, now().plus(patience.validity()));
            if (next.equals(asked)) {
                return new Reached(payment, Progress.UNDECIDED);
            }
            var after = payment.becomes(next, now(), patience.dueAt(next, now()));
            var transition = new Transition(payment, after, Optional.of(answer));
            try {
                return written(transition, ending);
            } catch (Overtaken e) {
                payment = payments.find(payment.orderId()).orElseThrow(() -> e);
            }
        }
        return new Reached(payment, Progress.ELSEWHERE);
    }

    private Reached written(Transition transition, Ending ending) {
        if (transition.after().state() instanceof Unfinished) {
            payments.write(transition);
            decisions.decided(transition);
            return new Reached(
                    transition.after(), transition.intent().isPresent() ? Progress.BEGUN : Progress.UNDECIDED);
        }
        if (!ending.with(() -> payments.write(transition))) {
            return new Reached(transition.before(), Progress.ENDED);
        }
        decisions.decided(transition);
        return new Reached(transition.after(), Progress.ENDED);
    }

    private Payment givenUp(Payment payment, Ending ending) {
        payments.postpone(payment, patience.retryAt(payment, now()));
        return ended(payment, ending);
    }

    private static Payment ended(Payment payment, Ending ending) {
        var _ = ending.with(() -> {});
        return payment;
    }

    private Answer ask(OrderId orderId, Unfinished asked) {
        var key = IdempotencyKey.of(orderId, asked.operation());
        var authorisation = IdempotencyKey.of(orderId, Operation.AUTHORISE);
        var amount = asked.charge().amount();
        var answer =
                switch (asked) {
                    case Authorising _, Unknown _ -> provider.authorise(key, asked.charge());
                    case Capturing _ -> provider.capture(key, authorisation, amount);
                    case Voiding _ -> provider.cancel(key, authorisation);
                    case Refunding _ -> provider.refund(key, authorisation, amount);
                };
        if (asked instanceof Refunding && answer instanceof Answer.Gone) {
            decisions.contradicted(orderId, "the provider has nothing to refund, though the money was captured");
        }
        return answer;
    }

    private Answer query(Payment payment, Unfinished asked) {
        return switch (provider.query(IdempotencyKey.of(payment.orderId(), asked.operation()))) {
            case Standing.Known(var answer) -> answer;
            case Standing.Working _, Standing.Unanswered _ -> new Unanswered();
            case Standing.Unseen _ -> neverSeen(payment, asked);
        };
    }

    /**
     * The provider has not seen the request; it may still be on its way. What is wanted is asked again under the same key,
     * which is harmless whichever arrives first. An authorisation is not (its caller may be gone), nor what is to be undone:
     * those are believed lost once nothing can be on its way any more.
     */
    private Answer neverSeen(Payment payment, Unfinished asked) {
        var stillWanted = !(asked instanceof Undoable undoable)
                || (undoable instanceof Capturing && !undoable.undo());
        if (stillWanted) {
            return ask(payment.orderId(), asked);
        }
        var believed = !now().isBefore(payment.updatedAt().plus(patience.unseen()));
        return believed ? new NeverAsked() : new Unanswered();
    }
}
