package io.meridian.breaker;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A breaker that learns what it needs from the calls themselves. In this order it refuses a call
 *
 * <ol>
 *   <li>while the dependency is down ({@link Rejection#OPEN}); after a wait a few probes decide whether it works again,
 *   <li>beyond the number in flight that the dependency answers in good time ({@link Rejection#LIMIT}),
 *   <li>whose remaining time is too short for an answer ({@link Rejection#DEADLINE}),
 *   <li>by chance, to spare a dependency that fails most of them ({@link Rejection#THROTTLE}).
 * </ol>
 *
 * Partial failure never opens it: then the others are enough, and what still works goes on working.
 *
 * <p>All decisions are made by {@link Control} four times a second, as pure functions of what was seen; entering and leaving only counts,
 * without a lock and without allocating. Whoever first notices that a step is due makes it. There is no thread of its own: where calls
 * may hang and no new ones come, somebody has to call {@link #tick}. Given a clock, a random generator and a single thread it is
 * deterministic.
 */
public final class AdaptiveBreaker implements Breaker {

    /** Is told of what the breaker does, in order and by one thread at a time, and before the listener. It must not throw. */
    public interface Follower {

        Follower NONE = new Follower() {};

        /** @param waitNanos how long the breaker stays open, if that is where it went */
        default void moved(BreakerState from, BreakerState to, long waitNanos) {}

        /** The answer to a probe, while half open and before what follows from it. */
        default void probed(boolean succeeded, long tookNanos) {}

        /** Everything was forgotten; it is closed. */
        default void reset(BreakerState from) {}
    }

    /** How many calls ended since the start that it learnt from; probes and what came too late are not among them. */
    public record Learnt(long succeeded, long failed) {}

    /** With an operator's hand on it nobody knows when; a client that comes back twice a minute does no harm. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int BUDGETS = 256;
    private static final long PROBE = 1;

    private final String name;
    private final Tuning tuning;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final BreakerListener listener;
    private final Follower follower;
    private final long origin;

    private final InFlight inFlight = new InFlight();
    private final AtomicLongArray budgets = new AtomicLongArray(BUDGETS);
    private final AtomicLong lastExploration = new AtomicLong();

    /** When a call was last made, kept only while there are pauses between calls. */
    private final AtomicLong lastEntry = new AtomicLong();

    private final LongAdder[] rejections = new LongAdder[Rejection.values().length];
    private final LongAdder withoutDeadline = new LongAdder();
    private final LongAdder ignored = new LongAdder();

    /** What ended and was not learnt from, by the kinds of {@link Slice}. */
    private final AtomicLongArray strays = new AtomicLongArray(Slice.KINDS);

    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile long nextTick;
    private volatile long learningSince;
    private volatile Slice slice = new Slice();
    private volatile Control control;
    private volatile Phase phase;

    /** Guards every change of the phase and of the control, and the slices that are past. */
    private final Object steps = new Object();

    private final Slice[] past;

    /** So many slices ended since the limit was decided on. */
    private int undecided;

    private final long[] archived = new long[Slice.KINDS];
    private int watchedSlices;

    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean telling = new AtomicBoolean();

    /**
     * A breaker.
     *
     * @param clock nanoseconds of any origin, monotonic
     * @param random for the throttle and the jitter; used by all callers at once
     * @param listener what it throws is dropped
     * @param follower see there
     */
    public AdaptiveBreaker(
            String name,
            Tuning tuning,
            LongSupplier clock,
            RandomGenerator random,
            BreakerListener listener,
            Follower follower) {
        this.name = name;
        this.tuning = tuning;
        this.clock = clock;
        this.random = random;
        this.listener = listener;
        this.follower = follower;
        this.origin = clock.getAsLong();
        this.nextTick = tuning.windows().sliceNanos();
        this.control = Control.initial(tuning);
        this.phase = Phase.of(BreakerState.CLOSED, 0, "");
        this.past = new Slice[tuning.windows().kept()];
        Arrays.setAll(past, _ -> new Slice());
        Arrays.setAll(rejections, _ -> new LongAdder());
    }

    @Override
    public String name() {
        return name;
    }

    public BreakerState state() {
        return phase.state;
    }

    @Override
    public long enter(long remainingNanos) {
        long now = now();
        tickIfDue(now);
        if (remainingNanos == NO_DEADLINE) {
            countWithoutDeadline();
        }
        long permit = enterAt(now, remainingNanos);
        if (permit < 0) {
            refused(permit);
        }
        return permit;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        if (permit < 0) {
            return;
        }
        long now = now();
        long start = startOf(permit);
        inFlight.leave(start, stripeOf(permit));
        ended(start, now, (permit & PROBE) != 0, outcome, remainingAtEntryNanos);
        tickIfDue(now);
    }

    /**
     * For a caller that kept no permit: a call is over that took this long. If it was never entered, its outcome counts all the same.
     *
     * @param remainingAtEntryNanos what it had when it began; {@link #NO_DEADLINE} if nobody knows
     */
    public void leaveAfter(long tookNanos, Outcome outcome, long remainingAtEntryNanos) {
        long now = now();
        long start = Math.max(0, now - Math.max(0, tookNanos));
        inFlight.leaveAround(start);
        ended(start, now, phase.state == BreakerState.HALF_OPEN, outcome, remainingAtEntryNanos);
        tickIfDue(now);
    }

    /** Whether this permit was given while half open, so that its outcome counts for the verdict. */
    public static boolean isProbe(long permit) {
        return permit >= 0 && (permit & PROBE) != 0;
    }

    /** How long a call lasts by now. */
    public long nanosSince(long permit) {
        return Math.max(0, now() - startOf(permit));
    }

    /** Takes a place among the calls in flight without a call to learn from; {@link #giveBack} ends that. */
    public boolean tryTakePlace() {
        return inFlight.tryEnter(limit(), now(), Stripes.own()) > 0;
    }

    /** Makes the step that is due, if one is. Whoever else makes it at this moment makes it alone. */
    public void tick() {
        tickIfDue(now());
    }

    // ---------------------------------------------------------------------------------------------------------- entering

    private long enterAt(long now, long remaining) {
        var at = phase;
        return switch (at.state) {
            case CLOSED -> enterClosed(now, remaining);
            case OPEN -> now < at.until ? Rejection.OPEN.permit() : enterHalfOpen(halfOpenAt(now), now, remaining);
            case HALF_OPEN -> enterHalfOpen(at, now, remaining);
            case FORCED_OPEN -> Rejection.OPEN.permit();
            case DISABLED, METRICS_ONLY -> admit(Integer.MAX_VALUE, now, remaining, 0);
        };
    }

    private long enterClosed(long now, long remaining) {
        var law = control;
        int limit = wholeCalls(law);
        if (inFlight.total() >= limit && tuning.parts().limiter()) {
            return Rejection.LIMIT.permit();
        }
        if (remaining <= 0 || Gate.refuses(law.gate(), remaining) && !explores(now)) {
            return Rejection.DEADLINE.permit();
        }
        if (law.throttle() > 0 && random.nextDouble() < law.throttle()) {
            return Rejection.THROTTLE.permit();
        }
        if (law.pauseNanos() > 0 && tuning.parts().limiter() && !endsPause(now, law.pauseNanos())) {
            return Rejection.LIMIT.permit();
        }
        return admit(tuning.parts().limiter() ? limit : Integer.MAX_VALUE, now, remaining, 0);
    }

    private long enterHalfOpen(Phase at, long now, long remaining) {
        if (at.state != BreakerState.HALF_OPEN) {
            return at.state == BreakerState.CLOSED ? enterClosed(now, remaining) : Rejection.OPEN.permit();
        }
        if (remaining < at.leastRemaining(now, tuning.recovery().patienceNanos())) {
            return Rejection.DEADLINE.permit();
        }
        if (!at.takeProbe(now)) {
            return Rejection.OPEN.permit();
        }
        return admit(Integer.MAX_VALUE, now, remaining, PROBE);
    }

    private long admit(int limit, long now, long remaining, long flag) {
        int stripe = Stripes.own();
        int calls = inFlight.tryEnter(limit, now, stripe);
        if (calls == 0) {
            return Rejection.LIMIT.permit();
        }
        slice.inFlight(calls);
        if (remaining != NO_DEADLINE) {
            budgets.lazySet(someBudget(now), remaining);
        }
        return (now | stripe) << 1 | flag;
    }

    private static long startOf(long permit) {
        return permit >>> 1 & -Stripes.COUNT;
    }

    private static int stripeOf(long permit) {
        return (int) (permit >>> 1) & (Stripes.COUNT - 1);
    }

    /** A place by chance, so that the budgets kept are some of the last few hundred, without a counter for all to share. */
    private static int someBudget(long now) {
        return (int) (now * 0x9e3779b97f4a7c15L >>> 56); // Knuth's multiplicative hash
    }

    /** Where even one call at a time is too much, there are pauses between them. */
    private static int wholeCalls(Control law) {
        return Math.max(1, (int) law.limit());
    }

    private boolean endsPause(long now, long pauseNanos) {
        long last = lastEntry.get();
        return now - last >= pauseNanos && lastEntry.compareAndSet(last, now);
    }

    private boolean explores(long now) {
        long last = lastExploration.get();
        return inFlight.total() == 0 && now - last >= tuning.gate().exploreEveryNanos() && lastExploration.compareAndSet(last, now);
    }

    private void refused(long permit) {
        var why = Rejection.of(permit);
        rejections[why.ordinal()].increment();
        if (why == Rejection.LIMIT) {
            slice.limited();
        }
        if (listener != BreakerListeners.NONE) {
            try {
                listener.rejected(name, why);
            } catch (RuntimeException _) {
                // whoever listens has to look after itself
            }
        }
    }

    private void countWithoutDeadline() {
        withoutDeadline.increment();
        if (listener != BreakerListeners.NONE) {
            try {
                listener.withoutDeadline(name);
            } catch (RuntimeException _) {
                // whoever listens has to look after itself
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------------- leaving

    private void ended(long start, long now, boolean probe, Outcome outcome, long remainingAtEntry) {
        if (probe) {
            probed(start, now - start, outcome, remainingAtEntry);
            return;
        }
        switch (outcome) {
            case SUCCEEDED -> learn(Slice.SUCCEEDED, start, now - start);
            case FAILED -> learn(Slice.FAILED, start, now - start);
            case TIMED_OUT ->
                learn(Slice.TIMED_OUT, start, remainingAtEntry == NO_DEADLINE ? now - start : remainingAtEntry);
            case IGNORED -> ignored.increment();
        }
    }

    private void learn(int kind, long start, long nanos) {
        var state = phase.state;
        if ((state == BreakerState.CLOSED || state == BreakerState.METRICS_ONLY) && start >= learningSince) {
            slice.count(kind, nanos);
        } else {
            strays.getAndIncrement(kind);
        }
    }

    /** Exactly one verdict follows from the probes of one try: it is given under the lock, and ends the try. */
    private void probed(long start, long took, Outcome outcome, long remainingAtEntry) {
        synchronized (steps) {
            var at = phase;
            boolean says = outcome == Outcome.SUCCEEDED
                    || outcome == Outcome.FAILED
                    || outcome == Outcome.TIMED_OUT && remainingAtEntry >= at.leastRemaining;
            countStray(outcome);
            if (at.state != BreakerState.HALF_OPEN || start < at.since) {
                return;
            }
            if (!says) {
                at.giveProbeBack(tuning.recovery().probes());
                return;
            }
            boolean succeeded = outcome == Outcome.SUCCEEDED;
            at.probing = at.probing.and(succeeded);
            news.add(() -> follower.probed(succeeded, took));
            switch (at.probing.verdict(tuning.recovery())) {
                case WORKS ->
                    close(now(), "closed: " + at.probing.good() + " of " + at.probing.answered() + " probes succeeded");
                case STILL_DOWN ->
                    open(now(), "opened again: " + at.probing.bad() + " of " + at.probing.answered() + " probes failed");
                case UNDECIDED -> at.giveProbeBack(tuning.recovery().probes());
            }
        }
        announce();
    }

    private void countStray(Outcome outcome) {
        switch (outcome) {
            case SUCCEEDED -> strays.getAndIncrement(Slice.SUCCEEDED);
            case FAILED -> strays.getAndIncrement(Slice.FAILED);
            case TIMED_OUT -> strays.getAndIncrement(Slice.TIMED_OUT);
            case IGNORED -> ignored.increment();
        }
    }

    /** For a caller that kept no permit: a call that was admitted is not made after all. */
    public void giveBack() {
        if (!inFlight.leaveAround(now())) {
            return;
        }
        ignored.increment();
        synchronized (steps) {
            if (phase.state == BreakerState.HALF_OPEN) {
                phase.giveProbeBack(tuning.recovery().probes());
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------------- stepping

    private void tickIfDue(long now) {
        if (now < nextTick || !ticking.compareAndSet(false, true)) {
            return;
        }
        try {
            synchronized (steps) {
                if (now >= nextTick) {
                    step(now);
                }
            }
        } finally {
            ticking.set(false);
        }
        announce();
    }

    private void step(long now) {
        long sliceNanos = tuning.windows().sliceNanos();
        long due = 1 + (now - nextTick) / sliceNanos;
        nextTick += due * sliceNanos;
        var ended = slice;
        slice = new Slice();
        slice.inFlight(inFlight.total());
        keep(ended);
        for (long missed = Math.min(due - 1, past.length); missed > 0; missed--) {
            keep(new Slice());
        }
        // where steps were missed, nobody asked or this process stood still: then calls look older than they are
        watchedSlices = due == 1 ? watchedSlices + 1 : 0;
        switch (phase.state) {
            case CLOSED -> {
                control = control.next(observed(now, ended), tuning);
                var trip = control.trip();
                if (trip != null) {
                    open(now, trip);
                }
            }
            case METRICS_ONLY -> control = control.next(observed(now, ended), tuning);
            case HALF_OPEN -> {
                long patience = Probing.patienceNanos(control.slowNanos(), tuning.recovery());
                if (phase.waitsSince(now, tuning.recovery().probes()) > patience) {
                    open(now, "opened again: no answer to the probes in " + TimeUnit.NANOSECONDS.toMillis(patience) + " ms");
                }
            }
            case OPEN, FORCED_OPEN, DISABLED -> {}
        }
    }

    /** The oldest slice goes; a call that was slow to count may still have reached it until now. */
    private void keep(Slice ended) {
        var oldest = past[past.length - 1];
        for (int kind = 0; kind < Slice.KINDS; kind++) {
            archived[kind] += oldest.count(kind);
        }
        System.arraycopy(past, 0, past, 1, past.length - 1);
        past[0] = ended;
    }

    private Observed observed(long now, Slice newest) {
        undecided = control.decided() ? 1 : Math.min(undecided + 1, past.length);
        int looked = 0;
        for (int calls = 0; looked < undecided && calls < tuning.windows().samples(); looked++) {
            calls += past[looked].calls();
        }
        var succeeded = new int[Buckets.COUNT];
        var failed = new int[Buckets.COUNT];
        var timedOut = new int[Buckets.COUNT];
        var ages = new int[Buckets.COUNT];
        var newlyTimedOut = new int[Buckets.COUNT];
        int peak = 0;
        int limited = 0;
        for (int i = 0; i < looked; i++) {
            past[i].addTo(succeeded, Slice.SUCCEEDED);
            past[i].addTo(failed, Slice.FAILED);
            past[i].addTo(timedOut, Slice.TIMED_OUT);
            peak = Math.max(peak, past[i].peak());
            limited += past[i].limitedCalls();
        }
        if (tuning.parts().inFlight() && watchedSlices > 0) {
            inFlight.agesAt(now, learningSince, ages);
        }
        newest.addTo(newlyTimedOut, Slice.TIMED_OUT);
        return new Observed(
                succeeded,
                failed,
                timedOut,
                ages,
                newest.count(Slice.SUCCEEDED),
                newest.count(Slice.FAILED),
                newlyTimedOut,
                silence(),
                peak,
                limited,
                looked,
                judged(),
                medianBudget());
    }

    private Observed.Judged judged() {
        var timedOut = new int[Buckets.COUNT];
        int succeeded = 0;
        int failed = 0;
        int slices = 0;
        for (int calls = 0;
                slices < past.length
                        && (slices < tuning.windows().judged() || calls < tuning.windows().judgedCalls());
                slices++) {
            var slice = past[slices];
            succeeded += slice.count(Slice.SUCCEEDED);
            failed += slice.count(Slice.FAILED);
            slice.addTo(timedOut, Slice.TIMED_OUT);
            calls += slice.calls();
        }
        return new Observed.Judged(succeeded, failed, timedOut, slices);
    }

    private Observed.Silence silence() {
        var timedOut = new int[Buckets.COUNT];
        int silent = 0;
        while (silent < Math.min(watchedSlices, past.length) && past[silent].count(Slice.SUCCEEDED) == 0) {
            past[silent].addTo(timedOut, Slice.TIMED_OUT);
            silent++;
        }
        return new Observed.Silence(silent, timedOut);
    }

    private long medianBudget() {
        var some = new long[BUDGETS];
        int known = 0;
        for (int i = 0; i < BUDGETS; i++) {
            long budget = budgets.get(i);
            if (budget > 0) {
                some[known++] = budget;
            }
        }
        Arrays.sort(some, 0, known);
        return known == 0 ? 0 : some[known / 2];
    }

    // ---------------------------------------------------------------------------------------------------------- changing

    /** An operator's word; goes to that state whatever was learnt. */
    public void become(BreakerState state, String why) {
        synchronized (steps) {
            long now = now();
            switch (state) {
                case CLOSED -> close(now, why);
                case OPEN -> open(now, why);
                case HALF_OPEN -> halfOpen(now, why);
                case METRICS_ONLY -> {
                    relearn(now);
                    move(Phase.of(state, now, why), 0);
                }
                case FORCED_OPEN, DISABLED -> move(Phase.of(state, now, why), 0);
            }
        }
        announce();
    }

    /** An operator's word; stays open for this long before it is tried again. */
    public void openFor(Duration wait, String why) {
        synchronized (steps) {
            openFor(now(), Math.max(0, saturatedNanos(wait)), phase.tries, why);
        }
        announce();
    }

    /** Forgets everything, and is closed as at the start. Calls in flight stay in flight. */
    public void reset() {
        synchronized (steps) {
            long now = now();
            control = Control.initial(tuning);
            for (int i = 0; i < BUDGETS; i++) {
                budgets.set(i, 0);
            }
            relearn(now);
            var from = phase.state;
            phase = Phase.of(BreakerState.CLOSED, now, "reset");
            news.add(() -> follower.reset(from));
        }
        announce();
    }

    private void open(long now, String why) {
        int tries = phase.state == BreakerState.HALF_OPEN ? phase.tries + 1 : 0;
        openFor(now, Reopening.waitNanos(tries, random.nextDouble(), tuning.recovery()), tries, why);
    }

    private void openFor(long now, long wait, int tries, String why) {
        if (phase.state == BreakerState.CLOSED) {
            control = control.opened(tuning);
        }
        move(Phase.open(now, now + wait, tries, why), wait);
    }

    private Phase halfOpenAt(long now) {
        synchronized (steps) {
            if (phase.state == BreakerState.OPEN && now >= phase.until) {
                halfOpen(now, "half open: the wait of " + TimeUnit.NANOSECONDS.toMillis(phase.until - phase.since) + " ms is over");
            }
        }
        announce();
        return phase;
    }

    private void halfOpen(long now, String why) {
        long median = medianBudget();
        median -= median / 8; // callers of one kind have nearly the same time, and half of them less than the median
        long slow = control.slowNanos();
        move(
                Phase.halfOpen(now, phase.tries, tuning.recovery().probes(), median == 0 ? slow : Math.min(slow, median), why),
                0);
    }

    private void close(long now, String why) {
        control = control.closed();
        relearn(now);
        move(Phase.of(BreakerState.CLOSED, now, why), 0);
    }

    /** What was seen until now says nothing about the dependency any more. */
    private void relearn(long now) {
        learningSince = now;
        keep(slice);
        for (int i = 0; i < past.length; i++) {
            keep(new Slice());
        }
        slice = new Slice();
        slice.inFlight(inFlight.total());
    }

    private void move(Phase next, long wait) {
        var from = phase.state;
        phase = next;
        news.add(() -> {
            follower.moved(from, next.state, wait);
            if (from != next.state) {
                listener.changed(name, from.name(), next.state.name(), next.why);
            }
        });
    }

    /** Tells what happened, outside the lock and in order: whoever tells at the moment tells this too. */
    private void announce() {
        while (!news.isEmpty() && telling.compareAndSet(false, true)) {
            try {
                for (var next = news.poll(); next != null; next = news.poll()) {
                    try {
                        next.run();
                    } catch (RuntimeException _) {
                        // whoever listens has to look after itself
                    }
                }
            } finally {
                telling.set(false);
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------------- showing

    /** How many calls may be in flight. */
    public int limit() {
        return wholeCalls(control);
    }

    /** How many calls are in flight. */
    public int inFlight() {
        return inFlight.total();
    }

    @Override
    public Duration retryAfter() {
        var at = phase;
        return switch (at.state) {
            case OPEN -> Duration.ofNanos(Math.max(0, at.until - now()));
            case HALF_OPEN -> Duration.ofNanos(Probing.patienceNanos(control.slowNanos(), tuning.recovery()));
            case FORCED_OPEN -> Duration.ofNanos(ASK_AGAIN_NANOS);
            case CLOSED, DISABLED, METRICS_ONLY -> Duration.ZERO;
        };
    }

    public Learnt learnt() {
        synchronized (steps) {
            return new Learnt(
                    learnt(Slice.SUCCEEDED), learnt(Slice.FAILED) + learnt(Slice.TIMED_OUT));
        }
    }

    /**
     * How the last calls ended that it learnt from: those of so many slices as hold {@code calls}, or of the last three seconds if that
     * is less.
     */
    public Learnt lately(int calls) {
        synchronized (steps) {
            long succeeded = slice.count(Slice.SUCCEEDED);
            long failed = slice.count(Slice.FAILED) + slice.count(Slice.TIMED_OUT);
            for (int i = 0; i < past.length && succeeded + failed < calls; i++) {
                succeeded += past[i].count(Slice.SUCCEEDED);
                failed += past[i].count(Slice.FAILED) + past[i].count(Slice.TIMED_OUT);
            }
            return new Learnt(succeeded, failed);
        }
    }

    @Override
    public BreakerSnapshot snapshot() {
        var refused = new EnumMap<Rejection, Long>(Rejection.class);
        for (var why : Rejection.values()) {
            refused.put(why, rejections[why.ordinal()].sum());
        }
        var retryAfter = retryAfter();
        synchronized (steps) {
            var at = phase;
            var law = control;
            long succeeded = learnt(Slice.SUCCEEDED) + strays.get(Slice.SUCCEEDED);
            long failed = learnt(Slice.FAILED) + strays.get(Slice.FAILED);
            long timedOut = learnt(Slice.TIMED_OUT) + strays.get(Slice.TIMED_OUT);
            int calls = inFlight.total();
            return new BreakerSnapshot(
                    name,
                    at.state.name(),
                    at.why,
                    Duration.ofNanos(Math.max(0, now() - at.since)),
                    retryAfter,
                    wholeCalls(law),
                    calls,
                    law.targetNanos(),
                    law.slowNanos(),
                    law.latency().quantileNanos(.5),
                    law.latency().quantileNanos(.9),
                    law.usual().p50Nanos(),
                    law.throttle(),
                    refused,
                    succeeded + failed + timedOut + ignored.sum() + calls,
                    succeeded,
                    failed,
                    timedOut,
                    withoutDeadline.sum(),
                    law.cusum(),
                    tuning.trip().alarm());
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %s, %d of %d in flight", name, state(), inFlight(), limit());
    }

    private long learnt(int kind) {
        long sum = archived[kind] + slice.count(kind);
        for (var old : past) {
            sum += old.count(kind);
        }
        return sum;
    }

    /** Nanoseconds in steps of {@link Stripes#COUNT}: in a permit the lowest bits say which stripe it is of. */
    private long now() {
        return Math.max(0, clock.getAsLong() - origin) & -Stripes.COUNT;
    }

    private static long saturatedNanos(Duration duration) {
        long most = Long.MAX_VALUE / 4;
        return duration.compareTo(Duration.ofNanos(most)) > 0 ? most : duration.toNanos();
    }

    /** A state, and what is true in it. */
    private static final class Phase {

        private final BreakerState state;
        private final long since;
        private final String why;

        /** Until when it stays open. */
        private final long until;

        /** How many tries in a row were in vain. */
        private final int tries;

        /** What a call must have left for its silence to say something, and at first to be a probe. */
        private final long leastRemaining;

        private final AtomicInteger probesLeft;
        private volatile long lastProbe;
        private Probing probing = Probing.BEGUN;

        private Phase(BreakerState state, long since, long until, int tries, int probes, long leastRemaining, String why) {
            this.state = state;
            this.since = since;
            this.until = until;
            this.tries = tries;
            this.probesLeft = new AtomicInteger(probes);
            this.leastRemaining = leastRemaining;
            this.why = why;
        }

        static Phase of(BreakerState state, long since, String why) {
            return new Phase(state, since, 0, 0, 0, 0, why);
        }

        static Phase open(long since, long until, int tries, String why) {
            return new Phase(BreakerState.OPEN, since, until, tries, 0, 0, why);
        }

        static Phase halfOpen(long since, int tries, int probes, long leastRemaining, String why) {
            return new Phase(BreakerState.HALF_OPEN, since, 0, tries, probes, leastRemaining, why);
        }

        /**
         * What a call must have left to be a probe: half as much for each {@code patience} in which none was made, for what callers usually have
         * may be much less than it was when that was learnt.
         */
        long leastRemaining(long now, long patience) {
            long idle = now - Math.max(since, lastProbe);
            return leastRemaining >> Math.clamp(idle / patience, 0, Long.SIZE - 1);
        }

        boolean takeProbe(long now) {
            if (probesLeft.getAndUpdate(left -> left > 0 ? left - 1 : 0) == 0) {
                return false;
            }
            lastProbe = now;
            return true;
        }

        void giveProbeBack(int most) {
            probesLeft.updateAndGet(left -> Math.min(most, left + 1));
        }

        /** How long the last probe waits for its answer; 0 if none does. */
        long waitsSince(long now, int probes) {
            return probes - probesLeft.get() > 0 ? now - lastProbe : 0;
        }
    }
}
