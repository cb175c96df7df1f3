package io.meridian.payment.authorising;

import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Authorised;
import io.meridian.payment.model.State.Unfinished;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Ends what nobody else did: finds out what became of operations that got no answer or whose asker died, and gives back
 * authorisations that no order confirmed in time. Any number of instances may do so at once; each payment is given to one.
 */
public final class FinishOverdue {

    /** Longer than the longest conversation, which is a few provider timeouts; after a crash the lease runs out by itself. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Payments payments;
    private final Decisions decisions;
    private final Conversation conversation;
    private final Undo undo;
    private final Supplier<ExecutorService> threads;

    /** @param threads a thread for each payment; asked for at every turn, and closed when its payments have been worked on */
    public FinishOverdue(Means means, Undo undo, Supplier<ExecutorService> threads) {
        this.payments = means.payments();
        this.decisions = means.decisions();
        this.conversation = new Conversation(means);
        this.undo = undo;
        this.threads = threads;
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
            try (var workers = threads.get()) {
                due.forEach(payment -> workers.execute(() -> finish(payment)));
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
            decisions.postponed(payment.orderId(), e);
        }
    }
}
