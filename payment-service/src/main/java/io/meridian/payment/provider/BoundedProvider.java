package io.meridian.payment.provider;

import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.deadline.DeadlineScope;
import io.meridian.payment.authorising.Provider;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Any provider, bounded: no call takes longer than the timeout, and no more than so many are under way at once.
 *
 * <p>A call that is given up, or that fails with an exception, is {@link Answer.Unanswered}: nobody here can say what the other
 * side did. A call that found no free place within the timeout was never made, and that is {@link Answer.Failed}: nothing was
 * done.
 *
 * <p>A call ends with the deadline it was made for, too, and when its caller is gone.
 *
 * <p>A call inside a transaction is a mistake of ours and throws: it would hold a connection and row locks for as long as the
 * other side likes.
 */
public final class BoundedProvider implements Provider {

    private static final Logger log = LoggerFactory.getLogger(BoundedProvider.class);

    private final Provider provider;
    private final Duration timeout;
    private final Semaphore places;

    public BoundedProvider(Provider provider, Duration timeout, int maxConcurrent) {
        this.provider = provider;
        this.timeout = timeout;
        this.places = new Semaphore(maxConcurrent);
    }

    @Override
    public Answer authorise(IdempotencyKey key, Charge charge) {
        return within(() -> provider.authorise(key, charge), new Answer.Failed(), new Answer.Unanswered());
    }

    @Override
    public Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        return within(
                () -> provider.capture(key, authorisation, amount), new Answer.Failed(), new Answer.Unanswered());
    }

    @Override
    public Answer cancel(IdempotencyKey key, IdempotencyKey authorisation) {
        return within(() -> provider.cancel(key, authorisation), new Answer.Failed(), new Answer.Unanswered());
    }

    @Override
    public Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        return within(
                () -> provider.refund(key, authorisation, amount), new Answer.Failed(), new Answer.Unanswered());
    }

    @Override
    public Standing query(IdempotencyKey key) {
        return within(() -> provider.query(key), new Standing.Unanswered(), new Standing.Unanswered());
    }

    private <T> T within(Callable<? extends T> call, T notMade, T unanswered) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalTransactionStateException("the provider must be asked outside any transaction, found one");
        }
        var start = System.nanoTime();
        try {
            if (!places.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("all places for provider calls (meridian.payment.provider-calls) were taken for {}", timeout);
                return notMade;
            }
            // Who waits for the provider needs nothing of ours meanwhile: its place at the door is for others.
            return Doorkeeper.outside(
                    () -> answered(call, timeout.toNanos() - (System.nanoTime() - start), unanswered));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unanswered;
        }
    }

    /** The place is given up by the call itself: one that does not end when it is interrupted still takes it. */
    private <T> T answered(Callable<? extends T> call, long nanosLeft, T unanswered) throws InterruptedException {
        var answer = new CompletableFuture<T>();
        var within = Duration.ofNanos(nanosLeft);
        var scope = DeadlineScope.currentOrNull();
        Thread.ofVirtual().name("provider").start(() -> {
            try {
                answer.complete(
                        scope == null
                                ? DeadlineScope.detached("card-provider", within, call::call)
                                : scope.within(within).call(call::call));
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            } finally {
                places.release();
            }
        });
        try {
            return answer.get(nanosLeft, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return unanswered;
        } catch (ExecutionException e) {
            log.warn("the provider could not be reached or broke off", e.getCause());
            return unanswered;
        }
    }
}
