package io.meridian.breaker.ejection;

import io.meridian.breaker.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one dependency, and whom of them to ask next. Of two drawn at random the one is asked that has less to do: requests
 * in flight times their latency (the power of two choices, Mitzenmacher 2001; the cost of Finagle's and Linkerd's peak EWMA). Costs
 * within a factor of 2 count as equal and chance decides, so that replicas which are alike get alike.
 *
 * <p>A replica that does clearly worse than the others is left alone ({@link Judgement} has the formula) for a time that doubles from
 * the first to the longest ({@link EjectionSettings}). Then single requests look after it, the first of them rarely; three in a row
 * that go well bring it back. What one costs that is gone for long: one request in {@code requestsPerProbe}, or one in three times
 * the longest time where there are fewer.
 *
 * <p>Guaranteed: somebody is always chosen; never more than half of the replicas are out, so never the last one; if all fail alike none
 * is left alone, and a breaker has to answer that. Choosing takes no lock. Not guaranteed: that an instance which fails now and then is
 * found when it gets too few requests to tell; that callers agree, each learns alone.
 *
 * @param <T> how a replica is addressed; told apart by {@code equals}
 */
public final class Instances<T> {

    private static final double ALIKE = 2;
    private static final int GOOD_PROBES = 3;
    private static final long PROBE_LOST_NANOS = Duration.ofSeconds(60).toNanos();

    private final String dependency;
    private final List<Instance<T>> all;
    private final EjectionSettings settings;
    private final LongSupplier nanoClock;
    private final Supplier<? extends RandomGenerator> random;
    private final EjectionListener listener;
    private final int mostOut;
    private final AtomicInteger out = new AtomicInteger();

    /** Counted only while somebody is out. */
    private final AtomicLong asked = new AtomicLong();

    /**
     * @param addresses at least one, no two of them equal
     * @param random asked on the thread that chooses; may give each its own
     */
    public Instances(
            String dependency,
            List<T> addresses,
            EjectionSettings settings,
            LongSupplier nanoClock,
            Supplier<? extends RandomGenerator> random,
            EjectionListener listener) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(dependency + " needs at least one address");
        }
        if (new HashSet<>(addresses).size() < addresses.size()) {
            throw new IllegalArgumentException("addresses of " + dependency + " must differ, were " + addresses);
        }
        this.dependency = dependency;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.random = random;
        this.listener = listener;
        this.mostOut = addresses.size() / 2;
        var now = nanoClock.getAsLong();
        this.all = addresses.stream().map(it -> new Instance<>(it, now)).toList();
    }

    public String dependency() {
        return dependency;
    }

    /** Whom to ask next. */
    public Attempt<T> choose() {
        return choose(List.of());
    }

    /**
     * Whom to ask next.
     *
     * @param tried who was asked already for the same: another is chosen if there is one that takes part
     */
    public Attempt<T> choose(Collection<? extends T> tried) {
        var now = nanoClock.getAsLong();
        if (out.get() > 0) {
            var asks = asked.incrementAndGet();
            var probe = probe(tried, now, asks);
            if (probe != null) {
                return probe;
            }
        }
        var instance = all.size() == 1 ? all.getFirst() : pick(tried, now);
        return new Attempt<>(this, instance, instance.health.get(), now);
    }

    /** How many take part who are not among the tried. */
    public int others(Collection<? extends T> tried) {
        var others = 0;
        for (var instance : all) {
            if (instance.isIn() && !tried.contains(instance.address)) {
                others++;
            }
        }
        return others;
    }

    public List<InstanceView> view() {
        var now = nanoClock.getAsLong();
        return all.stream().map(it -> view(it, now)).toList();
    }

    private InstanceView view(Instance<T> instance, long now) {
        var why = switch (instance.health.get()) {
            case Health.In _ -> "";
            case Health.Out it -> it.why();
            case Health.Probed(var it, var _) -> it.why();
        };
        var evidence = instance.window.evidence(now);
        return new InstanceView(
                instance.name,
                !instance.isIn(),
                why,
                instance.ejections.sum(),
                instance.inFlight.get(),
                evidence.share(),
                evidence.calls(),
                Duration.ofNanos((long) instance.latencyNanos()));
    }

    // Choosing

    private Instance<T> pick(Collection<? extends T> tried, long now) {
        var eligible = new ArrayList<Instance<T>>(all.size());
        for (var instance : all) {
            if (instance.isIn() && !tried.contains(instance.address)) {
                eligible.add(instance);
            }
        }
        if (eligible.isEmpty()) {
            all.stream().filter(Instance::isIn).forEach(eligible::add);
        }
        var random = this.random.get();
        return switch (eligible.size()) {
            case 0 -> all.get(random.nextInt(all.size())); // the last one left in this very moment
            case 1 -> eligible.getFirst();
            default -> {
                var first = random.nextInt(eligible.size());
                var second = random.nextInt(eligible.size() - 1);
                yield better(eligible.get(first), eligible.get(second < first ? second : second + 1), now);
            }
        };
    }

    /**
     * The first is as good as the second if they are alike: which is which was chance. One that is failing is never the better one,
     * however quick it is at that; but not the worse one either, or nothing would be learnt about it.
     */
    private Instance<T> better(Instance<T> first, Instance<T> second, long now) {
        var one = first.cost(now);
        var other = second.cost(now);
        if (one == 0 || other == 0) { // of one of them nothing is known but how much it has to do
            one = first.inFlight.get() + 1;
            other = second.inFlight.get() + 1;
        }
        if (first.isFailing()) {
            one = Math.max(one, other);
        }
        if (second.isFailing()) {
            other = Math.max(one, other);
        }
        return one > ALIKE * other ? second : first;
    }

    // Looking after those that are out

    private @Nullable Attempt<T> probe(Collection<? extends T> tried, long now, long asks) {
        for (var instance : all) {
            if (!tried.contains(instance.address)) {
                var health = instance.health.get();
                var due = switch (health) {
                    case Health.In _ -> null;
                    case Health.Probed(var it, var since) -> now - since >= PROBE_LOST_NANOS ? it : null;
                    case Health.Out it -> isDue(it, now, asks) ? it : null;
                };
                if (due != null) {
                    var probed = new Health.Probed(due, now);
                    if (instance.health.compareAndSet(health, probed)) {
                        return new Attempt<>(this, instance, probed, now);
                    }
                }
            }
        }
        return null;
    }

    private boolean isDue(Health.Out it, long now, long asks) {
        return it.mayBeProbed(now, asks, 2 * settings.longestOut().toNanos(), settings)
                || (now - it.sinceNanos() >= settings.firstOut().toNanos() && othersAllFail());
    }

    /** Then nobody is well known to be better than the one that is out. */
    private boolean othersAllFail() {
        for (var instance : all) {
            if (instance.isIn() && instance.run.get().length() < settings.inARow()) {
                return false;
            }
        }
        return true;
    }

    // Learning

    void ended(Instance<T> instance, Health under, Outcome outcome, boolean unreachable, long startedNanos) {
        instance.inFlight.decrementAndGet();
        if (instance.health.get() != under) {
            return; // asked in an earlier spell
        }
        var now = nanoClock.getAsLong();
        var took = now - startedNanos;
        var learnt = outcome == Outcome.TIMED_OUT && !hadTime(instance, took) ? Outcome.IGNORED : outcome;
        if (learnt != Outcome.IGNORED) {
            instance.took(took, learnt == Outcome.SUCCEEDED, now);
        }
        switch (under) {
            case Health.In in -> judge(instance, in, learnt, unreachable, startedNanos, now);
            case Health.Probed probed -> conclude(instance, probed, learnt, now);
            case Health.Out _ -> {}
        }
    }

    private boolean hadTime(Instance<T> instance, long took) {
        var known = all.stream()
                .filter(it -> it != instance && it.isIn())
                .mapToDouble(Instance::answeringNanos)
                .filter(it -> it > 0)
                .average();
        return known.isEmpty() || took >= 2 * known.getAsDouble();
    }

    private void judge(
            Instance<T> instance, Health.In in, Outcome outcome, boolean unreachable, long startedNanos, long now) {
        if (outcome == Outcome.SUCCEEDED) {
            instance.succeeded(now);
        } else if (outcome != Outcome.IGNORED) {
            var othersNow = ofOthers(instance, _ -> true, Instance::total);
            var run = instance.failed(startedNanos, now, othersNow);
            var why = mostOut == 0 ? null : against(instance, run, othersNow, unreachable, now);
            if (why != null) {
                eject(instance, in, why, now);
            }
        }
    }

    private @Nullable String against(
            Instance<T> instance, Instance.Run run, Evidence othersNow, boolean unreachable, long now) {
        if (unreachable) {
            return "no connection could be made";
        }
        var why = Judgement.againstRun(run.length(), othersNow.since(run.othersBefore()), settings);
        return why != null
                ? why
                : Judgement.againstShare(
                        instance.window.evidence(now), ofOthers(instance, Instance::isIn, it -> it.window.evidence(now)));
    }

    private Evidence ofOthers(
            Instance<T> instance, Predicate<Instance<T>> which, Function<Instance<T>, Evidence> what) {
        var sum = Evidence.NONE;
        for (var other : all) {
            if (other != instance && which.test(other)) {
                sum = sum.plus(what.apply(other));
            }
        }
        return sum;
    }

    private void eject(Instance<T> instance, Health.In in, String why, long now) {
        if (out.getAndUpdate(it -> Math.min(it + 1, mostOut)) == mostOut) {
            return; // half of them is as much as can be left alone
        }
        var wasLongIn = now - in.sinceNanos() >= 6 * settings.longestOut().toNanos();
        var next = outAgain(wasLongIn ? 0 : in.times(), why, now);
        if (!instance.health.compareAndSet(in, next)) {
            out.decrementAndGet();
            return;
        }
        instance.ejections.increment();
        tell(() -> listener.ejected(dependency, instance.name, why, Duration.ofNanos(next.untilNanos() - now)));
    }

    private Health.Out outAgain(int timesBefore, String why, long now) {
        var times = timesBefore + 1;
        var until = now + settings.outNanos(times, random.get().nextDouble());
        return new Health.Out(times, now, until, asked.get(), 0, why);
    }

    private void conclude(Instance<T> instance, Health.Probed probed, Outcome outcome, long now) {
        var out = probed.out();
        switch (outcome) {
            case IGNORED -> instance.health.compareAndSet(probed, out);
            case FAILED, TIMED_OUT -> instance.health.compareAndSet(probed, outAgain(out.times(), out.why(), now));
            case SUCCEEDED -> {
                if (out.good() + 1 < GOOD_PROBES) {
                    instance.health.compareAndSet(
                            probed,
                            new Health.Out(out.times(), out.sinceNanos(), now, out.asked(), out.good() + 1, out.why()));
                } else {
                    bringBack(instance, probed, now);
                }
            }
        }
    }

    private void bringBack(Instance<T> instance, Health.Probed probed, long now) {
        instance.forget();
        if (instance.health.compareAndSet(probed, new Health.In(probed.times(), now))) {
            out.decrementAndGet();
            tell(() -> listener.returned(dependency, instance.name, GOOD_PROBES + " requests in a row went well"));
        }
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException _) {
            // whoever listens has to look after itself
        }
    }
}
