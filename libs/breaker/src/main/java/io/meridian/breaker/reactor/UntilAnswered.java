package io.meridian.breaker.reactor;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Cancels an attempt until it has answered and not after. Reactor's operators may cancel a source of one element as soon as they have
 * that; to whoever made the attempt this would look as if the answer were not wanted.
 */
final class UntilAnswered<T> implements CoreSubscriber<T>, Subscription {

    private final CoreSubscriber<? super T> subscriber;
    private volatile boolean answered;

    @SuppressWarnings("NullAway.Init") // before any other signal
    private Subscription attempt;

    UntilAnswered(CoreSubscriber<? super T> subscriber) {
        this.subscriber = subscriber;
    }

    @Override
    public void onSubscribe(Subscription attempt) {
        this.attempt = attempt;
        subscriber.onSubscribe(this);
    }

    @Override
    public void onNext(T answer) {
        answered = true;
        subscriber.onNext(answer);
    }

    @Override
    public void onError(Throwable fault) {
        subscriber.onError(fault);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
    }

    @Override
    public void request(long count) {
        attempt.request(count);
    }

    @Override
    public void cancel() {
        if (!answered) {
            attempt.cancel();
        }
    }

    @Override
    public Context currentContext() {
        return subscriber.currentContext();
    }
}
