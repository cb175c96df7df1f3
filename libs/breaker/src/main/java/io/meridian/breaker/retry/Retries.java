package io.meridian.breaker.retry;

import io.meridian.breaker.BreakerSnapshot;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Decides which calls of one kind are made a second time. Either after the first has failed: a repetition; or while the first is silent
 * for longer than usual: a hedge (Dean and Barroso, The Tail at Scale, 2013). Never both, so a call is made twice at most.
 *
 * <p>Only the outermost owner of a request may use it: where two layers repeat, attempts multiply. All attempts share the one deadline
 * of the request.
 *
 * <p>Safe for use by many threads.
 */
public final class Retries {

    /** Not at all. */
    public static final long NEVER = -1;

    private final String name;
    private final RetrySettings settings;
    private final RetryBudget budget;
    private final Latencies latencies;
    private final Supplier<? extends RandomGenerator> random;
    private final Map<Fate, LongAdder> fates = new EnumMap<>(Fate.class);

    /** What became of the wish to make a call a second time. */
    public enum Fate {

        /** It was repeated, and then answered. */
        RETRY_ANSWERED,

        /** It was repeated, and failed again. */
        RETRY_FAILED,

        /** It was not repeated: too many are. */
        RETRY_WITHOUT_BUDGET,

        /** It was not repeated: too little time was left. */
        RETRY_WITHOUT_TIME,

        /** It was hedged, and the second answered sooner. */
        HEDGE_WON,

        /** It was hedged, and the first answered sooner. */
        HEDGE_LOST,

        /** It was hedged, and neither answered. */
        HEDGE_FAILED,

        /** It was not hedged: too many are. */
        HEDGE_WITHOUT_BUDGET
    }

    /**
     * @param name what is called, of a bounded set
     * @param budget of the dependency; several kinds of calls to it share one
     * @param latencies of calls of this kind
     * @param random for the backoff; asked on the thread that waits, may give each its own
     */
    public Retries(
            String name,
            RetrySettings settings,
            RetryBudget budget,
            Latencies latencies,
            Supplier<? extends RandomGenerator> random) {
        this.name = name;
        this.settings = settings;
        this.budget = budget;
        this.latencies = latencies;
        this.random = random;
        for (var fate : Fate.values()) {
            fates.put(fate, new LongAdder());
        }
    }

    public String name() {
        return name;
    }

    public RetryBudget budget() {
        return budget;
    }

    /** How often the wish to make a call a second time had this fate, since the start. */
    public long count(Fate fate) {
        return of(fate).sum();
    }

    /** A second attempt came to this; told by whoever made it. */
    public void met(Fate fate) {
        of(fate).increment();
    }

    /** An attempt was answered after so long; it earns a share of a repetition. */
    public void answered(long nanos) {
        budget.succeeded();
        latencies.record(nanos);
    }

    /** A first attempt was given up after so long, because its hedge was answered sooner. That is less than
     * it takes, but leaving it out would be further from it. */
    public void outrun(long nanos) {
        latencies.record(nanos);
    }

    /**
     * After how many nanoseconds to send a request again, which is paid for then; {@link #NEVER} if it must not be.
     *
     * @param attempt how many attempts were made
     * @param end what became of the last
     * @param pushbackNanos when the dependency asked to come again; negative if it did not say
     * @param remainingNanos how long the answer is still wanted
     */
    public long repeatAfterNanos(int attempt, AttemptEnd end, long pushbackNanos, long remainingNanos) {
        if (attempt >= settings.attempts() || !end.anotherMayFollow()) {
            return NEVER;
        }
        var wait = Math.max(0, pushbackNanos) + settings.backoff().nanos(attempt - 1, random.get());
        if (remainingNanos - wait < leastUsefulNanos()) {
            of(Fate.RETRY_WITHOUT_TIME).increment();
            return NEVER;
        }
        if (!budget.takeForRetry()) {
            of(Fate.RETRY_WITHOUT_BUDGET).increment();
            return NEVER;
        }
        return wait;
    }

    /**
     * After how many nanoseconds of silence to ask someone else as well; {@link #NEVER} while too little is known, or if the answer of the
     * second would hardly come in time. It is not paid for yet, see {@link #mayHedge}.
     *
     * @param remainingNanos how long the answer is still wanted
     */
    public long hedgeAfterNanos(long remainingNanos) {
        if (settings.attempts() < 2) {
            return NEVER;
        }
        var p95 = latencies.quantileNanos(0.95);
        if (p95 < 0) {
            return NEVER;
        }
        var wait = Math.max(p95, settings.hedgeAfter().toNanos());
        return remainingNanos - wait > latencies.quantileNanos(0.5) ? wait : NEVER;
    }

    /** Whether to ask someone else as well, now that the first has been silent for as long as was said; if so, it is paid for. */
    public boolean mayHedge() {
        if (budget.takeForHedge()) {
            return true;
        }
        of(Fate.HEDGE_WITHOUT_BUDGET).increment();
        return false;
    }

    /** Whether a dependency has no room for calls that can be done without. */
    public static boolean isSaturated(BreakerSnapshot dependency) {
        return !dependency.state().equals("CLOSED")
                || dependency.throttle() > 0
                || dependency.inFlight() >= dependency.limit();
    }

    private long leastUsefulNanos() {
        return Math.max(settings.leastUseful().toNanos(), latencies.quantileNanos(0.5));
    }

    @SuppressWarnings("NullAway") // there is one for each
    private LongAdder of(Fate fate) {
        return fates.get(fate);
    }
}
