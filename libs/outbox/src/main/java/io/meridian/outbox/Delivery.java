package io.meridian.outbox;

import java.lang.ScopedValue.CallableOp;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A record in the hands of its listener, for as long as the listener works on it; the {@link io.meridian.outbox.jdbc.Inbox} notes here what
 * became of it. A listener that remembers in another way than by the inbox says so itself, by {@link #ended}.
 *
 * <p>This is how the account of a listener is kept: who acknowledges a record of which nothing was noted has dropped it silently, and
 * that is found out ({@link HearingStatus#unaccounted}).
 */
public final class Delivery {

    private static final ScopedValue<Delivery> CURRENT = ScopedValue.newInstance();

    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    /** Notes what became of the record this thread works on; of several notes the last one counts. Without effect outside a delivery. */
    public static void ended(Outcome outcome) {
        if (CURRENT.isBound()) {
            CURRENT.get().outcome.set(outcome);
        }
    }

    /** Runs a listener's work for this delivery. */
    public <R, X extends Throwable> R during(CallableOp<R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }

    /** What was noted; empty if nothing was. */
    public Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome.get());
    }
}
