package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.Outcome;
import io.meridian.benchmarks.breaker.sim.Scenario.Topology;
import io.meridian.benchmarks.breaker.sim.Scenario.Way;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: calls come, each client's policy admits or refuses them, the service works in the order they came. A call ends for its client
 * at its answer or its deadline; the service is not told of the latter and goes on working, for nothing.
 *
 * <p>Everything that chance decides about a call (when it comes, whose it is, how much work, whether it fails) is drawn when it comes
 * and from one generator, so every policy meets the same calls; a policy has a generator of its own. One thread, one clock: the same
 * arguments give the same score bit by bit.
 */
final class Simulation {

    /** What is due, in the low bits of an entry of the agenda; the call in the others. */
    private static final int SERVED = 0;

    private static final int EXPIRED = 1;
    private static final int REFUSED = 2;
    private static final int AGAIN = 3;
    private static final int KINDS = 4;

    /** What still holds a call. */
    private static final byte CLIENT = 1;

    private static final byte HOST = 2;
    private static final byte TIMER = 4;

    /** A worker of the host is at it. */
    private static final byte WORKER = 8;

    private static final double REFUSAL_MILLIS = 0.5;
    private static final double BACK_OFF_NANOS = 25e6;

    private final Cell cell;
    private final Scenario scenario;
    private final Topology topology;
    private final long[] budgetNanos;
    private final double[] budgetShares;
    private final VirtualTime time = new VirtualTime();
    private final Agenda agenda = new Agenda();
    private final SplittableRandom chance;
    private final Policy[] policies;
    private final Retries @Nullable [] retries;
    private final SplittableRandom backOff;
    private final Host[] hosts;
    private final Series series = new Series();

    private final int[] offeredBy;
    private final int[] goodBy;
    private final int[] opensBefore;
    private final double[] openedAt;
    private int refusedBefore;
    private int refused;
    private int calls;
    private int firstSent;
    private int sent;
    private double worked;
    private double wasted;
    private double workedInFault;
    private double wastedInFault;
    private int servedCold;
    private long events;

    private int[] client = new int[1024];
    private byte[] heldBy = new byte[1024];
    private byte[] attempt = new byte[1024];
    private byte[] hostOf = new byte[1024];
    private long[] arrived = new long[1024];
    private long[] deadline = new long[1024];
    private long[] until = new long[1024];
    private long[] permit = new long[1024];
    private long[] remaining = new long[1024];
    private double[] demand = new double[1024];
    private float[] failing = new float[1024];
    private float[] missing = new float[1024];
    private long[] work = new long[1024];
    private int[] free = new int[1024];
    private int freed;
    private int used;

    private Simulation(Cell cell, Contender contender, Retries.@Nullable Factory retrying, long seed) {
        this.cell = cell;
        this.scenario = cell.scenario();
        this.topology = cell.topology();
        this.budgetNanos =
                topology.budgetMillis().stream().mapToLong(it -> (long) (it * 1e6)).toArray();
        this.budgetShares =
                topology.budgetShares().stream().mapToDouble(it -> it).toArray();
        var root = new SplittableRandom(seed);
        this.chance = root.split();
        this.backOff = root.split();
        this.policies = new Policy[cell.clients()];
        this.retries = retrying == null ? null : new Retries[cell.clients()];
        for (var it = 0; it < policies.length; it++) {
            policies[it] = contender.factory().policy(time, root.split());
            if (retries != null && retrying != null) {
                retries[it] = retrying.apply(time);
            }
        }
        this.hosts = new Host[topology.hosts()];
        for (var it = 0; it < hosts.length; it++) {
            hosts[it] = new Host(it, topology.queue());
        }
        this.offeredBy = new int[cell.clients()];
        this.goodBy = new int[cell.clients()];
        this.opensBefore = new int[cell.clients()];
        this.openedAt = new double[cell.clients()];
        Arrays.fill(openedAt, Double.NaN);
    }

    /** The score, and the series added to {@code sum}. */
    static Score run(Cell cell, Contender contender, long seed, Series sum) {
        return run(cell, contender, null, seed, sum, null);
    }

    /**
     * @param retrying of each client; null if no call is made twice
     * @param watcher is shown the first client's policy before each call
     */
    static Score run(
            Cell cell,
            Contender contender,
            Retries.@Nullable Factory retrying,
            long seed,
            Series sum,
            @Nullable Consumer<Look> watcher) {
        var simulation = new Simulation(cell, contender, retrying, seed);
        simulation.run(watcher);
        sum.add(simulation.series);
        return simulation.score();
    }

    /** The first client's policy at a time. */
    record Look(double seconds, Policy policy) {}

    private void run(@Nullable Consumer<Look> watcher) {
        var most = mostLoad();
        var end = VirtualTime.START + (long) (Scenario.END * 1e9);
        var next = VirtualTime.START + gap(most);
        while (next < end || !agenda.isEmpty()) {
            if (next < end && (agenda.isEmpty() || next <= agenda.time())) {
                time.now = next;
                var seconds = VirtualTime.seconds(next);
                if (chance.nextDouble() * most < scenario.load().at(seconds, 0)) {
                    if (watcher != null) {
                        watcher.accept(new Look(seconds, policies[0]));
                    }
                    arrive(seconds);
                }
                next += gap(most);
            } else {
                time.now = agenda.time();
                happen(agenda.poll());
            }
            events++;
        }
    }

    private double mostLoad() {
        var most = 0.0;
        for (var seconds = 0.0; seconds < Scenario.END; seconds += 0.01) {
            most = Math.max(most, scenario.load().at(seconds, 0));
        }
        return most;
    }

    private long gap(double most) {
        return 1 + (long) (-Math.log1p(-chance.nextDouble()) / (topology.perSecond() * most) * 1e9);
    }

    private void arrive(double seconds) {
        var call = take();
        var budget = budget(chance.nextDouble());
        client[call] = chance.nextInt(policies.length);
        demand[call] = topology.demand().draw(chance);
        failing[call] = (float) chance.nextDouble();
        missing[call] = (float) chance.nextDouble();
        hostOf[call] = (byte) chance.nextInt(hosts.length);
        arrived[call] = time.now;
        deadline[call] = time.now + budget;
        attempt[call] = 0;
        calls++;
        series.offered[Series.step(time.now)]++;
        if (Scenario.isFault(seconds)) {
            offeredBy[client[call]]++;
        }
        send(call);
    }

    private long budget(double drawn) {
        var last = budgetNanos.length - 1;
        var left = drawn;
        for (var it = 0; it < last; it++) {
            left -= budgetShares[it];
            if (left < 0) {
                return budgetNanos[it];
            }
        }
        return budgetNanos[last];
    }

    private void send(int call) {
        var now = time.now;
        var its = client[call];
        var left = deadline[call] - now;
        if (retries != null && attempt[call] == 0) {
            left /= 2;
        }
        remaining[call] = left;
        until[call] = now + left;
        var given = policies[its].enter(left);
        var seconds = VirtualTime.seconds(now);
        if (given < 0) {
            refuse(call, seconds);
            return;
        }
        permit[call] = given;
        if (Scenario.isFault(seconds)) {
            sent++;
            firstSent += attempt[call] == 0 ? 1 : 0;
        }
        if (attempt[call] == 0) {
            series.made[Series.step(arrived[call])]++;
        }
        heldBy[call] = CLIENT | TIMER;
        agenda.add(until[call], call * KINDS + EXPIRED);
        var host = hosts[hostOf[call]];
        switch (scenario.down().at(seconds, host.number)) {
            case SILENT -> {}
            case REFUSES -> refuseAtOnce(call);
            case UP -> {
                if (!host.accept(call)) {
                    refuseAtOnce(call);
                }
            }
        }
    }

    private void refuse(int call, double seconds) {
        var its = client[call];
        if (attempt[call] == 0) {
            refused++;
            if (seconds < Scenario.FAULT) {
                refusedBefore++;
            }
        }
        var opens = policies[its].opens();
        if (opens > opensBefore[its]) {
            opensBefore[its] = opens;
            if (seconds >= Scenario.FAULT && Double.isNaN(openedAt[its])) {
                openedAt[its] = seconds - Scenario.FAULT;
            }
        }
        give(call);
    }

    private void refuseAtOnce(int call) {
        heldBy[call] |= HOST;
        agenda.add(time.now + (long) (REFUSAL_MILLIS * 1e6 * cell.scale()), call * KINDS + REFUSED);
    }

    private void happen(int entry) {
        var call = entry / KINDS;
        switch (entry % KINDS) {
            case SERVED -> served(call);
            case EXPIRED -> {
                heldBy[call] &= ~TIMER;
                if (scenario.topology().isTold() && (heldBy[call] & (CLIENT | WORKER)) == (CLIENT | WORKER)) {
                    letGo(call);
                }
                end(call, Outcome.TIMED_OUT);
            }
            case REFUSED -> {
                heldBy[call] &= ~HOST;
                end(call, Outcome.FAILED);
            }
            case AGAIN -> send(call);
            default -> throw new IllegalStateException("nothing is due like " + entry);
        }
    }

    /** The host heard that nobody waits any more; what it has done by now was for nothing. */
    private void letGo(int call) {
        var host = hosts[hostOf[call]];
        heldBy[call] &= ~WORKER;
        host.busy--;
        host.work();
    }

    private void served(int call) {
        var seconds = VirtualTime.seconds(time.now);
        var host = hosts[hostOf[call]];
        var isAtIt = (heldBy[call] & WORKER) != 0;
        heldBy[call] &= ~(HOST | WORKER);
        if (!isAtIt) {
            end(call, Outcome.TIMED_OUT); // it was let go before; only its place was still kept
            return;
        }
        var isWasted = (heldBy[call] & CLIENT) == 0;
        worked += work[call];
        wasted += isWasted ? work[call] : 0;
        if (Scenario.isFault(seconds)) {
            workedInFault += work[call];
            wastedInFault += isWasted ? work[call] : 0;
        }
        if (seconds >= scenario.coldFrom()) {
            servedCold++;
        }
        host.busy--;
        host.work();
        if (scenario.down().at(seconds, host.number) != Way.SILENT) {
            end(call, isFailing(call, seconds) ? Outcome.FAILED : Outcome.SUCCEEDED);
        } else if (heldBy[call] == 0) {
            give(call);
        }
    }

    private boolean isFailing(int call, double seconds) {
        return failing[call] < scenario.errors().at(seconds, hostOf[call]);
    }

    /** The call is over for its client, if it was not before. */
    private void end(int call, Outcome outcome) {
        if ((heldBy[call] & CLIENT) != 0) {
            heldBy[call] &= ~CLIENT;
            var its = client[call];
            policies[its].leave(permit[call], outcome, remaining[call]);
            var cameAt = Series.step(arrived[call]);
            if (outcome == Outcome.SUCCEEDED) {
                series.good[cameAt]++;
                if (Scenario.isFault(VirtualTime.seconds(arrived[call]))) {
                    goodBy[its]++;
                }
                if (retries != null) {
                    retries[its].succeeded();
                }
            } else if (!isTriedAgain(call) && outcome == Outcome.TIMED_OUT) {
                series.late[cameAt]++;
            }
        }
        if (heldBy[call] == 0) {
            give(call);
        }
    }

    private boolean isTriedAgain(int call) {
        var pause = BACK_OFF_NANOS * cell.scale();
        if (retries == null || attempt[call] > 0) {
            return false;
        }
        var at = time.now + (long) (pause * backOff.nextDouble());
        if (at >= deadline[call] || !retries[client[call]].mayRetry()) {
            return false;
        }
        var second = take();
        client[second] = client[call];
        demand[second] = demand[call];
        failing[second] = (float) backOff.nextDouble();
        missing[second] = missing[call];
        hostOf[second] = (byte) backOff.nextInt(hosts.length);
        arrived[second] = arrived[call];
        deadline[second] = deadline[call];
        attempt[second] = 1;
        agenda.add(at, second * KINDS + AGAIN);
        return true;
    }

    private Score score() {
        var late = Series.sum(series.late, Scenario.FAULT, Scenario.HEAL);
        var made = Series.sum(series.made, Scenario.FAULT, Scenario.HEAL);
        var opens = Arrays.stream(policies).mapToInt(Policy::opens).sum();
        return new Score(
                series.goodput(Scenario.FAULT, Scenario.HEAL),
                series.goodput(Scenario.HEAL, Scenario.END),
                refusedBefore / Series.sum(series.offered, 0, Scenario.FAULT),
                (double) refused / calls,
                made == 0 ? Double.NaN : late / made,
                series.shedSeconds(),
                series.recoverSeconds(Scenario.HEAL),
                Arrays.stream(openedAt).filter(it -> !Double.isNaN(it)).average().orElse(Double.NaN),
                opens,
                calls,
                worked == 0 ? Double.NaN : wasted / worked,
                workedInFault == 0 ? Double.NaN : wastedInFault / workedInFault,
                fairness(),
                firstSent == 0 ? Double.NaN : (double) sent / firstSent,
                sent / Series.sum(series.offered, Scenario.FAULT, Scenario.HEAL),
                events);
    }

    private double fairness() {
        var sum = 0.0;
        var squares = 0.0;
        var count = 0;
        for (var it = 0; it < goodBy.length; it++) {
            if (offeredBy[it] > 0) {
                var share = (double) goodBy[it] / offeredBy[it];
                sum += share;
                squares += share * share;
                count++;
            }
        }
        return squares == 0 ? Double.NaN : sum * sum / (count * squares);
    }

    private int take() {
        if (freed > 0) {
            return free[--freed];
        }
        if (used == client.length) {
            var size = 2 * used;
            client = Arrays.copyOf(client, size);
            heldBy = Arrays.copyOf(heldBy, size);
            attempt = Arrays.copyOf(attempt, size);
            hostOf = Arrays.copyOf(hostOf, size);
            arrived = Arrays.copyOf(arrived, size);
            deadline = Arrays.copyOf(deadline, size);
            until = Arrays.copyOf(until, size);
            permit = Arrays.copyOf(permit, size);
            remaining = Arrays.copyOf(remaining, size);
            demand = Arrays.copyOf(demand, size);
            failing = Arrays.copyOf(failing, size);
            missing = Arrays.copyOf(missing, size);
            work = Arrays.copyOf(work, size);
            free = Arrays.copyOf(free, size);
        }
        return used++;
    }

    private void give(int call) {
        free[freed++] = call;
    }

    /** A first-in first-out queue before its workers. */
    private final class Host {

        private final int number;
        private final int[] queue;
        private int head;
        private int waiting;
        private int busy;

        Host(int number, int room) {
            this.number = number;
            this.queue = new int[room];
        }

        /** False if the queue is full. */
        boolean accept(int call) {
            if (waiting == queue.length) {
                return false;
            }
            heldBy[call] |= HOST;
            queue[(head + waiting++) % queue.length] = call;
            work();
            return true;
        }

        void work() {
            if (waiting == 0) {
                return;
            }
            var seconds = VirtualTime.seconds(time.now);
            var workers =
                    Math.round(topology.workersPerHost() * scenario.workers().at(seconds, number));
            while (waiting > 0 && busy < workers) {
                var call = queue[head];
                head = (head + 1) % queue.length;
                waiting--;
                if (topology.isTold() && (heldBy[call] & CLIENT) == 0) {
                    heldBy[call] &= ~HOST;
                    end(call, Outcome.TIMED_OUT);
                    continue;
                }
                heldBy[call] |= WORKER;
                busy++;
                work[call] = Math.max(1, (long) (topology.workMillis() * 1e6 * demand[call] * weight(call, seconds)));
                agenda.add(done(time.now, work[call]), call * KINDS + SERVED);
            }
        }

        private double weight(int call, double seconds) {
            var weight = scenario.slowness().at(seconds, number);
            if (scenario.slowKeys() > 0 && missing[call] < slowKeys(client[call], seconds)) {
                weight *= Scenario.SLOW_KEY;
            }
            if (seconds >= scenario.coldFrom() && missing[call] < Math.exp(-servedCold / Scenario.KEYS)) {
                weight *= Scenario.MISS;
            }
            return isFailing(call, seconds) ? weight * Scenario.FAILED_WORK : weight;
        }

        /** Where there are several clients, half of them ask for all of a held-out scenario's slow keys. */
        private double slowKeys(int its, double seconds) {
            var share = scenario.slowKeysAt(seconds);
            if (!scenario.isHeldOut() || policies.length == 1) {
                return share;
            }
            return its < policies.length / 2 ? 2 * share : 0;
        }

        /** When work begun now is done, with the pauses that fall into it. */
        private long done(long now, long nanos) {
            var done = now + nanos;
            for (var pause : scenario.pauses()) {
                var from = VirtualTime.START + (long) (pause * 1e9);
                var length = (long) (Scenario.PAUSE_SECONDS * 1e9);
                if (now >= from && now < from + length) {
                    done += from + length - now;
                } else if (now < from && done > from) {
                    done += length;
                }
            }
            return done;
        }
    }
}
