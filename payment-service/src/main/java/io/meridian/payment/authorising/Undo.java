package io.meridian.payment.authorising;

import io.meridian.payment.authorising.Payments.Overtaken;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Gives back whatever was done for an order: voids what is reserved, refunds what is taken, and if nothing has happened yet,
 * sees to it that nothing will. What is not known yet is marked as unwanted, and given back once it is known.
 */
public final class Undo {

    private final Payments payments;
    private final Decisions decisions;
    private final Conversation conversation;
    private final LongAdder overtaken = new LongAdder();

    public Undo(Means means) {
        this.payments = means.payments();
        this.decisions = means.decisions();
        this.conversation = new Conversation(means);
    }

    /** Why it is given back; decides what is given back, and who is told when nothing was. */
    public enum Cause {
        /** Someone asked for the void of an authorisation; what is already taken stays taken. */
        ASKED,
        /** Nobody confirmed the order in time; only what is still merely reserved is given back. */
        EXPIRED,
        /** The order ended without a confirmation. */
        REJECTED,
        /** The order was called off, and waits to hear that no money of it is held. */
        CANCELLED;

        private boolean refunds() {
            return this == REJECTED || this == CANCELLED;
        }
    }

    /** What came of it; only faults are thrown. */
    public enum Outcome {
        /** Nothing is held: it was given back now or before, or there was nothing. */
        UNDONE,
        /** It is written that it shall be given back; {@link FinishOverdue} or whoever is at it will do so. */
        UNDERWAY,
        /** The money is already taken, and the cause is not one that refunds. */
        TAKEN,
        /** A later owner of the order has asked before; nothing is done. */
        OVERTAKEN
    }

    /** For an event of the order or for want of one: such a cause is a fact, and holds whoever owned the order when it became one. */
    public Outcome undo(OrderId orderId, Cause cause, Ending ending) {
        return undo(orderId, cause, ending, 0, () -> payments.find(orderId));
    }

    /**
     * For whoever drives the order and asks for the void of its authorisation.
     *
     * @param epoch how often the order had changed hands when he took it over; 0 if he does not know
     */
    public Outcome voided(OrderId orderId, long epoch) {
        try {
            return undo(orderId, Cause.ASKED, Ending.ALONE, epoch, () -> asked(orderId, epoch));
        } catch (LaterOwner _) {
            overtaken.increment();
            return Outcome.OVERTAKEN;
        }
    }

    /** How many requests were refused because a later owner of the order had asked before. */
    public long overtaken() {
        return overtaken.sum();
    }

    private Optional<Payment> asked(OrderId orderId, long epoch) {
        return payments.find(orderId).map(_ -> conversation.askedIn(orderId, epoch).orElseThrow(LaterOwner::new));
    }

    /** Stays in this class. */
    private static final class LaterOwner extends RuntimeException {

        LaterOwner() {
            super("a later owner of the order has asked before", null, false, false);
        }
    }

    private Outcome undo(
            OrderId orderId, Cause cause, Ending ending, long epoch, Supplier<Optional<Payment>> look) {
        while (true) {
            var found = look.get();
            if (found.isEmpty()) {
                if (closed(orderId, cause, ending, epoch)) {
                    return Outcome.UNDONE;
                }
                continue;
            }
            var payment = found.get();
            switch (payment.state()) {
                case Closed _, Declined _, Failed _ -> {
                    var _ = ending.with(() -> tellIfAwaited(orderId, cause));
                    return Outcome.UNDONE;
                }
                case Voided _, Refunded _ -> {
                    return ended(Outcome.UNDONE, ending);
                }
                case Authorised authorised -> {
                    var voiding = conversation.change(payment, authorised.voiding());
                    if (voiding.isPresent()) {
                        return outcome(conversation.begin(voiding.get(), ending));
                    }
                }
                case Captured captured -> {
                    if (!cause.refunds()) {
                        return ended(Outcome.TAKEN, ending);
                    }
                    var refunding = conversation.change(payment, captured.refunding());
                    if (refunding.isPresent()) {
                        return outcome(conversation.begin(refunding.get(), ending));
                    }
                }
                case Authorising authorising -> {
                    // Whoever is asking finds the mark when he writes the answer; after a crash FinishOverdue does.
                    if (authorising.undo()
                            || conversation.change(payment, authorising.undone()).isPresent()) {
                        return ended(Outcome.UNDERWAY, ending);
                    }
                }
                case Unknown unknown -> {
                    var marked = unknown.undo() ? found : conversation.change(payment, unknown.undone());
                    if (marked.isPresent()) {
                        return outcome(conversation.resume(marked.get(), ending));
                    }
                }
                case Capturing capturing -> {
                    if (!cause.refunds()) {
                        return ended(Outcome.TAKEN, ending);
                    }
                    var marked = capturing.undo() ? found : conversation.change(payment, capturing.undone());
                    if (marked.isPresent()) {
                        return outcome(conversation.resume(marked.get(), ending));
                    }
                }
                case Voiding _, Refunding _ -> {
                    return outcome(conversation.resume(conversation.waitForOthers(payment), ending));
                }
            }
        }
    }

    /** Leaves a tombstone where nothing is yet; false if someone asked for money meanwhile. */
    private boolean closed(OrderId orderId, Cause cause, Ending ending, long epoch) {
        try {
            var ran = ending.with(() -> {
                var tombstone = conversation.first(orderId, epoch, new Closed());
                if (!payments.open(tombstone)) {
                    throw new Overtaken(orderId, 0);
                }
                tellIfAwaited(orderId, cause);
            });
            if (ran) {
                decisions.closed(orderId);
            }
            return true;
        } catch (Overtaken e) {
            return false;
        }
    }

    /** A cancelled order waits to hear that no money of it is held, also when none ever was. */
    private void tellIfAwaited(OrderId orderId, Cause cause) {
        if (cause == Cause.CANCELLED) {
            payments.announce(orderId, new Fact.Voided(), conversation.now());
        }
    }

    private static Outcome ended(Outcome outcome, Ending ending) {
        var _ = ending.with(() -> {});
        return outcome;
    }

    private static Outcome outcome(Payment payment) {
        return switch (payment.state()) {
            case Voided _, Refunded _, Closed _, Declined _, Failed _ -> Outcome.UNDONE;
            case Authorising _, Unknown _, Authorised _, Capturing _, Captured _, Voiding _, Refunding _ ->
                Outcome.UNDERWAY;
        };
    }
}
