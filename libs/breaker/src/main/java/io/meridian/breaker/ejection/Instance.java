package io.meridian.breaker.ejection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** One of the replicas, and what is known about it. */
final class Instance<T> {

    /**
     * An estimate that nobody refreshes fades with this time constant: one that is ten times as slow as the others is tried again every
     * two seconds, one whose first answer took 300 ms because it was cold after a few.
     */
    private static final double FADING_NANOS = 1e9;

    /** Less than this is as good as nothing: it is the machine that differs, not the instance. */
    private static final double FLOOR_NANOS = 1e6;

    /** Failures in a row from which on it is not preferred. */
    private static final int FAILING = 2;

    private static final float WEIGHT = 0.2f;

    final T address;
    final String name;
    final AtomicReference<Health> health;
    final AtomicInteger inFlight = new AtomicInteger();
    final LongAdder ejections = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final AtomicReference<Run> run = new AtomicReference<>(Run.NONE);
    final Window window;
    private final long startNanos;

    /** Microseconds as a float, and when that was, in milliseconds since the start; 0 if nothing is known. */
    private final AtomicLong latency = new AtomicLong();

    /** The same of the calls that succeeded: how long an answer takes. */
    private final AtomicLong answering = new AtomicLong();

    private volatile long lastSuccessNanos;

    Instance(T address, long nowNanos) {
        this.address = address;
        this.name = address.toString();
        this.health = new AtomicReference<>(new Health.In(0, nowNanos));
        this.window = new Window(nowNanos);
        this.startNanos = nowNanos;
        this.lastSuccessNanos = nowNanos;
    }

    /**
     * Failures without a success between them.
     *
     * @param othersBefore what had become of all calls to the others when the first of them failed
     */
    record Run(int length, Evidence othersBefore) {

        static final Run NONE = new Run(0, Evidence.NONE);

        Run longer(Evidence othersNow) {
            return new Run(length + 1, length == 0 ? othersNow : othersBefore);
        }
    }

    boolean isIn() {
        return health.get() instanceof Health.In;
    }

    boolean isFailing() {
        return run.get().length() >= FAILING;
    }

    /** What became of all calls there ever were. */
    Evidence total() {
        return new Evidence(succeeded.sum(), failed.sum());
    }

    void succeeded(long nowNanos) {
        succeeded.increment();
        window.add(true, nowNanos);
        lastSuccessNanos = nowNanos;
        if (run.get() != Run.NONE) {
            run.set(Run.NONE);
        }
    }

    /**
     * Counts a failure and returns how many there are in a row: of calls that were asked after it last answered. An overloaded instance
     * answers some calls soon and the others never; the latter come to an end together and late, and are no run.
     */
    Run failed(long startedNanos, long nowNanos, Evidence othersNow) {
        failed.increment();
        window.add(false, nowNanos);
        return startedNanos - lastSuccessNanos < 0 ? run.get() : run.updateAndGet(it -> it.longer(othersNow));
    }

    /** A failure may be quick: it makes an instance look no faster than it is. */
    void took(long nanos, boolean success, long nowNanos) {
        if (success) {
            blend(answering, nanos / 1000f, nowNanos);
            blend(latency, nanos / 1000f, nowNanos);
        } else {
            blend(latency, Math.max(nanos / 1000f, micros(latency.get())), nowNanos);
        }
    }

    private void blend(AtomicLong estimate, float sample, long nowNanos) {
        estimate.updateAndGet(known -> {
            var before = micros(known);
            var after = known == 0 ? sample : before + WEIGHT * (sample - before);
            return (long) Float.floatToRawIntBits(Math.max(after, 1)) << 32 | millis(nowNanos);
        });
    }

    private static float micros(long estimate) {
        return Float.intBitsToFloat((int) (estimate >>> 32));
    }

    /** What it took while it did badly says nothing about what it takes now. */
    void forget() {
        latency.set(0);
        answering.set(0);
        window.clear();
        run.set(Run.NONE);
    }

    /** The mean of the latest, 0 if there was none. */
    double latencyNanos() {
        return 1000.0 * micros(latency.get());
    }

    /** The mean of the latest that succeeded, 0 if there was none. */
    double answeringNanos() {
        return 1000.0 * micros(answering.get());
    }

    /** What a further request would wait for, about: those that are there and itself, each for as long as the latest took; 0 if unknown. */
    double cost(long nowNanos) {
        var known = latency.get();
        var age = (millis(nowNanos) - (known & 0xffff_ffffL)) * 1e6;
        var estimate = known == 0 ? 0 : Math.max(latencyNanos() * Math.exp(-Math.max(age, 0) / FADING_NANOS), FLOOR_NANOS);
        return (inFlight.get() + 1) * estimate;
    }

    private long millis(long nowNanos) {
        return Math.max(0, (nowNanos - startNanos) / 1_000_000) & 0xffff_ffffL;
    }
}
