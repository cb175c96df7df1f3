package io.meridian.benchmarks.breaker.sim;

import static java.util.function.Predicate.not;

import java.util.ArrayList;
import java.util.List;

/**
 * What befalls a service: 30 s of good weather, 30 s of its own, 30 s of good weather again. All of it is a function of time, so that a
 * simulation needs nothing but its seed to be repeated.
 *
 * <p>Unless it says otherwise: calls come as a Poisson stream of 400 a second; one host has 20 workers and a first-in first-out queue of
 * 2,000; a call is 25 ms of work in the mean, log-normal; callers wait for 100, 300 or 1,000 ms (20, 60 and 20 % of them).
 *
 * @param isHeldOut never looked at while the breaker was tuned
 * @param isHealthy nothing is wrong, so every refusal is a false one
 * @param load how many times the calls of good weather
 * @param slowness how many times the work of good weather; the time is that of the start of the work
 * @param workers the share of the workers that work
 * @param errors the share of the calls that fail, after a tenth of their work
 * @param down what a host does instead of working
 * @param pauses moments from which nothing moves for a second
 * @param coldFrom when the cache is lost, in seconds; NaN if it is not. The work of a miss is {@value #MISS} times that of a hit, and
 *     {@value #KEYS} served calls make e-fold fewer misses.
 * @param slowKeys the share of the calls whose work is ten times the usual while the bad weather lasts, always for the same keys
 */
record Scenario(
        String name,
        String says,
        boolean isHeldOut,
        boolean isHealthy,
        Topology topology,
        Curve load,
        Curve slowness,
        Curve workers,
        Curve errors,
        Outage down,
        List<Double> pauses,
        double coldFrom,
        double slowKeys) {

    static final double FAULT = 30;
    static final double HEAL = 60;
    static final double END = 90;

    static final double PAUSE_SECONDS = 1;
    static final double MISS = 8;
    static final double KEYS = 1_500;
    static final double SLOW_KEY = 10;
    /** Of the usual work is what a call costs that fails. */
    static final double FAILED_WORK = 0.1;

    /** A value over time, in seconds, for one of the hosts. */
    interface Curve {
        double at(double seconds, int host);

        static Curve constant(double value) {
            return (_, _) -> value;
        }

        /** 1 but while the fault lasts. */
        static Curve duringFault(double value) {
            return (seconds, _) -> isFault(seconds) ? value : 1;
        }
    }

    /** What a host does with a call at a time. */
    interface Outage {
        Way at(double seconds, int host);
    }

    /** Works, refuses connections at once, or says nothing any more. */
    enum Way {
        UP,
        REFUSES,
        SILENT
    }

    /**
     * @param budgetMillis what callers wait, and {@code budgetShares} how many of them
     * @param queue of each host
     * @param isTold whether hosts hear that nobody waits for a call any more, and stop working at it
     */
    record Topology(
            double perSecond,
            int hosts,
            int workersPerHost,
            double workMillis,
            Demand demand,
            int queue,
            List<Double> budgetMillis,
            List<Double> budgetShares,
            boolean isTold) {

        Topology(
                double perSecond,
                int hosts,
                int workersPerHost,
                double workMillis,
                Demand demand,
                int queue,
                List<Double> budgetMillis,
                List<Double> budgetShares) {
            this(perSecond, hosts, workersPerHost, workMillis, demand, queue, budgetMillis, budgetShares, false);
        }

        static final Topology USUAL = new Topology(
                400, 1, 20, 25, Demand.LOGNORMAL, 2_000, List.of(100.0, 300.0, 1_000.0), List.of(0.2, 0.6, 0.2));

        /** The same service on four hosts; each call goes to one of them at random. */
        static final Topology FOUR_HOSTS = new Topology(
                400, 4, 5, 25, Demand.LOGNORMAL, 500, List.of(100.0, 300.0, 1_000.0), List.of(0.2, 0.6, 0.2));

        Topology withBudgets(double factor) {
            return new Topology(
                    perSecond,
                    hosts,
                    workersPerHost,
                    workMillis,
                    demand,
                    queue,
                    budgetMillis.stream().map(it -> it * factor).toList(),
                    budgetShares,
                    isTold);
        }

        /** A faster or slower service with as many calls: work, budgets and workers times {@code scale}. */
        Topology scaled(double scale) {
            return new Topology(
                    perSecond,
                    hosts,
                    Math.max(1, (int) Math.round(workersPerHost * scale)),
                    workMillis * scale,
                    demand,
                    queue,
                    budgetMillis.stream().map(it -> it * scale).toList(),
                    budgetShares,
                    isTold);
        }

        /** Calls a second that it can serve in good weather. */
        double capacity() {
            return hosts * workersPerHost * 1_000 / workMillis;
        }
    }

    static final List<Scenario> ALL = all();

    /** The three of the headline. */
    static final List<String> HEADLINE = List.of("step4x", "brownout", "overload4x");

    static List<Scenario> tuned() {
        return ALL.stream().filter(not(Scenario::isHeldOut)).toList();
    }

    static Scenario named(String name) {
        return ALL.stream()
                .filter(it -> it.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--scenario must be one of "
                        + String.join(", ", ALL.stream().map(Scenario::name).toList()) + ", was " + name));
    }

    static boolean isFault(double seconds) {
        return seconds >= FAULT && seconds < HEAL;
    }

    /** Good weather all the time; what a test or a scenario starts from. */
    static Scenario calm(String name, String says) {
        var one = Curve.constant(1);
        return new Scenario(
                name,
                says,
                false,
                false,
                Topology.USUAL,
                one,
                one,
                one,
                Curve.constant(0),
                (_, _) -> Way.UP,
                List.of(),
                Double.NaN,
                0);
    }

    /** For retries: for 10 s until the fault would begin, twice the calls that can be served, and 0.8 times that before and after. */
    static final Scenario METASTABLE = calm("metastable", "10 s of twice the capacity, 0.8 times the capacity otherwise")
            .withLoad((seconds, _) -> seconds >= FAULT - 10 && seconds < FAULT ? 4 : 1.6);

    private static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        all.add(calm("healthy", "nothing happens").healthy());
        all.add(calm("noisytail", "two calls of a hundred are ten times the work, all the time")
                .healthy()
                .withSlowKeys(0.02));
        all.add(calm("diurnal10x", "calls swing between 0.18 and 1.8 times the usual in 30 s: up to 90 % of the capacity")
                .healthy()
                .withLoad((seconds, _) -> Math.exp(Math.log(10) * (0.5 - 0.5 * Math.cos(2 * Math.PI * seconds / 30))) * 0.18));

        all.add(calm("step4x", "every call is four times the work").withSlowness(Curve.duringFault(4)));
        all.add(calm("brownout", "a quarter of the workers is left").withWorkers(Curve.duringFault(0.25)));
        all.add(calm("overload4x", "four times the calls").withLoad(Curve.duringFault(4)));

        all.add(calm("errors50", "half of the calls fail").withErrors(duringFaultOrZero(0.5)));
        all.add(calm("blackhole", "no call and no answer arrives").withOutage(duringFault(Way.SILENT)));
        all.add(calm("blackcold", "no call and no answer arrives, and afterwards the cache is cold")
                .withOutage(duringFault(Way.SILENT))
                .withColdFrom(HEAL));
        all.add(calm("coldcache", "the cache is lost").withColdFrom(FAULT));
        all.add(calm("outage", "every connection is refused").withOutage(duringFault(Way.REFUSES)));
        all.add(calm("slowramp", "the work grows evenly to eight times")
                .withSlowness((seconds, _) -> isFault(seconds) ? 1 + 7 * (seconds - FAULT) / (HEAL - FAULT) : 1));
        all.add(calm("flap", "refuses for 2 s, works for 2 s, and so on")
                .withOutage((seconds, _) -> isFault(seconds) && (int) (seconds - FAULT) % 4 < 2 ? Way.REFUSES : Way.UP));
        all.add(calm("gcpause", "three times nothing moves for a second").withPauses(List.of(32.0, 41.0, 50.0)));
        all.add(calm("deploycold", "four hosts are restarted one after another: 2 s away, then four times the work, cooling in 3 s")
                .on(Topology.FOUR_HOSTS)
                .withOutage((seconds, host) -> {
                    var since = seconds - restart(host);
                    return since >= 0 && since < 2 ? Way.REFUSES : Way.UP;
                })
                .withSlowness((seconds, host) -> {
                    var since = seconds - restart(host) - 2;
                    return since >= 0 ? 1 + 3 * Math.exp(-since / 3) : 1;
                }));
        all.add(calm("partialhost", "one of four hosts refuses every connection")
                .on(Topology.FOUR_HOSTS)
                .withOutage((seconds, host) -> host == 0 && isFault(seconds) ? Way.REFUSES : Way.UP));
        all.add(calm("herd", "the calls of each second come within its first 50 ms")
                .withLoad((seconds, _) -> !isFault(seconds) ? 1 : seconds - Math.floor(seconds) < 0.05 ? 20 : 0));
        all.add(calm("smallbudgets", "every call is four times the work, callers wait 40, 120 or 400 ms")
                .on(Topology.USUAL.withBudgets(0.4))
                .withSlowness(Curve.duringFault(4)));
        all.add(calm("hugebudgets", "every call is four times the work, callers wait 2, 6 or 20 s")
                .on(Topology.USUAL.withBudgets(20))
                .withSlowness(Curve.duringFault(4)));

        var usual = Topology.USUAL;
        all.add(calm("pareto-step3x", "a Pareto tail; every call is three times the work")
                .on(new Topology(400, 1, 20, 25, Demand.PARETO, 2_000, usual.budgetMillis, usual.budgetShares))
                .withSlowness(Curve.duringFault(3))
                .heldOut());
        all.add(calm("bimodal-brownout", "one call of ten is sixteen times the others; a third of the workers is left")
                .on(new Topology(400, 1, 20, 25, Demand.BIMODAL, 2_000, usual.budgetMillis, usual.budgetShares))
                .withWorkers(Curve.duringFault(1.0 / 3))
                .heldOut());
        all.add(calm("small-overload3x", "six workers, 8 ms of work, 60 % busy; three times the calls")
                .on(new Topology(
                        450, 1, 6, 8, Demand.LOGNORMAL, 1_000, List.of(40.0, 120.0, 600.0), List.of(0.3, 0.4, 0.3)))
                .withLoad(Curve.duringFault(3))
                .heldOut());
        all.add(calm("slowkeys", "three calls of ten are ten times the work, always those of the same keys")
                .withSlowKeys(0.3)
                .heldOut());
        all.add(calm("mixed-budgets-step6x", "callers wait 150 ms or 3 s, half and half; every call is six times the work")
                .on(new Topology(400, 1, 20, 25, Demand.LOGNORMAL, 2_000, List.of(150.0, 3_000.0), List.of(0.5, 0.5)))
                .withSlowness(Curve.duringFault(6))
                .heldOut());
        return List.copyOf(all);
    }

    private static double restart(int host) {
        return FAULT + 7 * host;
    }

    private static Curve duringFaultOrZero(double value) {
        return (seconds, _) -> isFault(seconds) ? value : 0;
    }

    private static Outage duringFault(Way way) {
        return (seconds, _) -> isFault(seconds) ? way : Way.UP;
    }

    /**
     * The share of offered calls that a service could answer that is busy whenever there is a call younger than the longest budget:
     * a bound from above that knows no other deadlines and no chance.
     */
    double optimum(double scale, double from, double to) {
        var scaled = topology.scaled(scale);
        var patience = scaled.budgetMillis.getLast() / 1_000;
        var perSecond = scaled.perSecond;
        var step = 0.01;
        var misses = 0.0;
        var backlog = 0.0;
        var offered = 0.0;
        var good = 0.0;
        for (var t = 0.0; t < to; t += step) {
            if (t >= coldFrom && t < coldFrom + step) {
                misses = 1;
            }
            var calls = perSecond * load.at(t, 0);
            var could = 0.0;
            var fails = 0.0;
            for (var host = 0; host < scaled.hosts; host++) {
                could += capacity(scaled, t, host, misses) * step;
                fails += (down.at(t, host) == Way.UP ? errors.at(t, host) : 1) / scaled.hosts;
            }
            backlog += calls * step * (1 - fails);
            var served = Math.min(backlog, could);
            var young = perSecond * loaded(t - patience, t, step);
            backlog = Math.min(backlog - served, young);
            misses *= Math.exp(-served / KEYS);
            if (t >= from) {
                offered += calls * step;
                good += served;
            }
        }
        return Math.min(1, good / offered);
    }

    /** The integral of the load. */
    private double loaded(double from, double to, double step) {
        var sum = 0.0;
        for (var t = Math.max(0, from); t < to; t += step) {
            sum += load.at(t, 0) * step;
        }
        return sum;
    }

    /** Calls a second that a host can answer well. */
    private double capacity(Topology scaled, double seconds, int host, double misses) {
        if (down.at(seconds, host) != Way.UP || isPaused(seconds)) {
            return 0;
        }
        var failing = errors.at(seconds, host);
        var work = scaled.workMillis
                / 1_000
                * slowness.at(seconds, host)
                * (1 + (MISS - 1) * misses)
                * (1 + (SLOW_KEY - 1) * slowKeysAt(seconds))
                * (1 - (1 - FAILED_WORK) * failing);
        return Math.round(scaled.workersPerHost * workers.at(seconds, host)) / work * (1 - failing);
    }

    double slowKeysAt(double seconds) {
        return isHealthy || isFault(seconds) ? slowKeys : 0;
    }

    private boolean isPaused(double seconds) {
        return pauses.stream().anyMatch(it -> seconds >= it && seconds < it + PAUSE_SECONDS);
    }

    Scenario heldOut() {
        return new Scenario(
                name, says, true, isHealthy, topology, load, slowness, workers, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario healthy() {
        return new Scenario(
                name, says, isHeldOut, true, topology, load, slowness, workers, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario on(Topology other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, other, load, slowness, workers, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario withLoad(Curve other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, other, slowness, workers, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario withSlowness(Curve other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, other, workers, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario withWorkers(Curve other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, other, errors, down, pauses, coldFrom, slowKeys);
    }

    Scenario withErrors(Curve other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, workers, other, down, pauses, coldFrom, slowKeys);
    }

    Scenario withOutage(Outage other) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, workers, errors, other, pauses, coldFrom, slowKeys);
    }

    Scenario withPauses(List<Double> others) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, workers, errors, down, others, coldFrom, slowKeys);
    }

    Scenario withColdFrom(double seconds) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, workers, errors, down, pauses, seconds, slowKeys);
    }

    Scenario withSlowKeys(double share) {
        return new Scenario(
                name, says, isHeldOut, isHealthy, topology, load, slowness, workers, errors, down, pauses, coldFrom, share);
    }
}
