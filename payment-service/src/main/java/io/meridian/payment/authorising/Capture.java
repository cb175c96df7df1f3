package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Closed;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;

/** Takes the money that was reserved for an order, once, because the order is confirmed. */
public final class Capture {

    private final Payments payments;
    private final Decisions decisions;
    private final Conversation conversation;

    public Capture(Means means) {
        this.payments = means.payments();
        this.decisions = means.decisions();
        this.conversation = new Conversation(means);
    }

    /** What came of it; only faults are thrown. */
    public enum Outcome {
        /** The money is ours, from now or from before. */
        CAPTURED,
        /** There was nothing to take, or not that much; the announcement says so. */
        FAILED,
        /** The intent is written; it will be finished and announced by {@link FinishOverdue}. */
        UNDERWAY
    }

    /**
     * @param amount what the order costs; must be what was reserved
     * @throws StillUnknown if nobody can say yet whether money was reserved; nothing is written, try again
     */
    public Outcome capture(OrderId orderId, Money amount, Ending ending) {
        while (true) {
            var found = payments.find(orderId);
            if (found.isEmpty()) {
                return failed(orderId, "confirmed order has no payment to capture", ending);
            }
            var payment = found.get();
            if (payment.state() instanceof Charged charged
                    && !charged.charge().amount().equals(amount)) {
                return failed(orderId, "confirmed amount is not the authorised amount", ending);
            }
            switch (payment.state()) {
                case Authorised authorised -> {
                    var capturing = conversation.change(payment, authorised.capturing());
                    if (capturing.isPresent()) {
                        return outcome(conversation.begin(capturing.get(), ending));
                    }
                }
                case Capturing _ -> {
                    var now = conversation.waitForOthers(payment);
                    if (now.state() instanceof Capturing) {
                        return outcome(conversation.resume(now, ending));
                    }
                }
                case Captured _, Refunding _, Refunded _ -> {
                    var _ = ending.with(() -> {});
                    return Outcome.CAPTURED;
                }
                case Closed _, Declined _, Failed _, Voiding _, Voided _ -> {
                    return failed(orderId, "authorisation was gone when the order was confirmed", ending);
                }
                case Authorising _, Unknown _ -> resolve(payment);
            }
        }
    }

    /** Nobody can say yet whether money is reserved for this order; whoever needs to know asks again. */
    public static final class StillUnknown extends RuntimeException {

        StillUnknown(OrderId orderId) {
            super("Whether money is reserved for order " + orderId + " is not known yet");
        }
    }

    private void resolve(Payment unknown) {
        var now = conversation.resume(unknown, Ending.ALONE);
        if (now.state() instanceof Authorising || now.state() instanceof Unknown) {
            throw new StillUnknown(unknown.orderId());
        }
    }

    private Outcome failed(OrderId orderId, String why, Ending ending) {
        var fact = new Fact.CaptureFailed();
        if (ending.with(() -> payments.announce(orderId, fact, conversation.now()))) {
            decisions.announced(orderId, fact, why);
        }
        return Outcome.FAILED;
    }

    private static Outcome outcome(Payment payment) {
        return switch (payment.state()) {
            case Captured _, Refunding _, Refunded _ -> Outcome.CAPTURED;
            case Capturing _, Authorised _, Authorising _, Unknown _ -> Outcome.UNDERWAY;
            case Closed _, Declined _, Failed _, Voiding _, Voided _ -> Outcome.FAILED;
        };
    }
}
