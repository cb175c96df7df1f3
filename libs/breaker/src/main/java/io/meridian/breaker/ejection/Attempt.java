package io.meridian.breaker.ejection;

import io.meridian.breaker.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request to one instance. It has to be ended, once; what is said after that is not heard. */
public final class Attempt<T> {

    private final Instances<T> instances;
    private final Instance<T> instance;
    private final Health under;
    private final long startedNanos;
    private final AtomicBoolean over = new AtomicBoolean();

    Attempt(Instances<T> instances, Instance<T> instance, Health under, long startedNanos) {
        this.instances = instances;
        this.instance = instance;
        this.under = under;
        this.startedNanos = startedNanos;
        instance.inFlight.incrementAndGet();
    }

    /** Whom to ask. */
    public T instance() {
        return instance.address;
    }

    /** Whether it is the one request that looks after an instance which is left alone. */
    public boolean isProbe() {
        return under instanceof Health.Probed;
    }

    /**
     * It is over. A {@link Outcome#TIMED_OUT} is held against the instance only if it had at least twice the time that the others
     * take.
     */
    public void end(Outcome outcome) {
        if (over.compareAndSet(false, true)) {
            instances.ended(instance, under, outcome, false, startedNanos);
        }
    }

    /** No connection could be made: this instance is passed over from now on, unless none is left then. Nothing was sent. */
    public void unreachable() {
        if (over.compareAndSet(false, true)) {
            instances.ended(instance, under, Outcome.FAILED, true, startedNanos);
        }
    }
}
