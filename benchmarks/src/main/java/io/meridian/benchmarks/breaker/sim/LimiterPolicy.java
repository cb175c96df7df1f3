package io.meridian.benchmarks.breaker.sim;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.meridian.breaker.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A limiter of Netflix concurrency-limits as it is, with the time of the simulation. A timeout is a drop; a failure at once says nothing
 * about concurrency and is ignored, as its documentation of {@code Listener} has it.
 */
final class LimiterPolicy implements Policy {

    private final Limit limit;
    private final SimpleLimiter<Void> limiter;
    private final @Nullable Jitter jitter;
    private Limiter.@Nullable Listener[] listeners = new Limiter.Listener[64];
    private int[] free = new int[64];
    private int freed;
    private int used;

    LimiterPolicy(VirtualTime time, Limit limit, SplittableRandom random) {
        this.limit = limit;
        this.limiter = SimpleLimiter.newBuilder().clock(() -> time.now).limit(limit).build();
        this.jitter = limit instanceof VegasLimit vegas ? new Jitter(vegas, random) : null;
    }

    @Override
    public long enter(long remainingNanos) {
        var listener = limiter.acquire(null).orElse(null);
        if (listener == null) {
            return REFUSED;
        }
        var permit = freed > 0 ? free[--freed] : used++;
        if (permit == listeners.length) {
            listeners = Arrays.copyOf(listeners, 2 * permit);
            free = Arrays.copyOf(free, 2 * permit);
        }
        listeners[permit] = listener;
        return permit;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        var listener = listeners[(int) permit];
        if (listener == null) {
            throw new IllegalStateException("a permit is given back once, was given back before: " + permit);
        }
        listeners[(int) permit] = null;
        free[freed++] = (int) permit;
        switch (outcome) {
            case SUCCEEDED -> listener.onSuccess();
            case TIMED_OUT -> listener.onDropped();
            case FAILED, IGNORED -> listener.onIgnore();
        }
        if (jitter != null) {
            jitter.repeatable();
        }
    }

    @Override
    public Trace trace() {
        return new Trace(limit.getLimit(), false);
    }

    /**
     * Vegas draws when to measure anew from the thread's generator, which has no seed. This draws it again from one that has, with the
     * same distribution.
     */
    private static final class Jitter {

        private static final VarHandle PROBE_JITTER = probeJitter();

        private final VegasLimit vegas;
        private final SplittableRandom random;
        private double drawn;

        Jitter(VegasLimit vegas, SplittableRandom random) {
            this.vegas = vegas;
            this.random = random;
            repeatable();
        }

        void repeatable() {
            if ((double) PROBE_JITTER.get(vegas) != drawn) {
                drawn = random.nextDouble(0.5, 1);
                PROBE_JITTER.set(vegas, drawn);
            }
        }

        private static VarHandle probeJitter() {
            try {
                return MethodHandles.privateLookupIn(VegasLimit.class, MethodHandles.lookup())
                        .findVarHandle(VegasLimit.class, "probeJitter", double.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
