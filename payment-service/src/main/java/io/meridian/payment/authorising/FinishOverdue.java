package io.meridian.payment.authorising;

import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Unfinished;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what nobody else did: finds out what became of operations that got no answer or whose asker died, and gives back
 * authorisations that no order confirmed in time. Any number of instances may do so at once; each payment is given to one.
 */
public final class FinishOverdue {

    /** Longer than the longest conversation, which is a few provider timeouts; after a crash the lease runs out by itself. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(FinishOverdue.class);

    private final Payments payments;
    private final Conversation conversation;
    private final Undo undo;

    public FinishOverdue(Payments payments, Provider provider, Patience patience, InstantSource clock, Undo undo) {
        this.payments = payments;
        this.conversation = new Conversation(payments, provider, patience, clock);
        this.undo = undo;
    }

    /**
     * Takes what is due and works on all of it at once.
     *
     * @param atMost how many payments to take, which is also how many provider calls there are at a time
     * @return how many it took; as many as {@code atMost} if there may be more
     */
    public int finish(int atMost) {
        var now = conversation.now();
        var due = payments.claimDue(now, now.plus(LEASE), atMost);
        if (!due.isEmpty()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                due.forEach(payment -> threads.execute(() -> finish(payment)));
            }
        }
        return due.size();
    }

    private void finish(Payment payment) {
        try {
            switch (payment.state()) {
                case Unfinished _ -> conversation.resume(payment, Ending.ALONE);
                case Authorised _ -> undo.undo(payment.orderId(), Undo.Cause.EXPIRED, Ending.ALONE);
                default -> throw new IllegalStateException("Nothing is left to do for a payment that is " + payment);
            }
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("orderId", payment.orderId())
                    .setCause(e)
                    .log("payment could not be finished now; it is due again in {}", LEASE);
        }
    }
}
