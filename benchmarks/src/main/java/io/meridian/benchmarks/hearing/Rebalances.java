package io.meridian.benchmarks.hearing;

import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Forces rebalances under load, and says how long members take to give partitions up and what became of the events. */
@Command(
        name = "benchmarks/rebalance",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a Kafka and a PostgreSQL of its own and three members of meridian-outbox under a constant load. Members go until one is",
            "left and come back until there are three, each time a rebalance, and after each the open scopes are compared with the assigned",
            "partitions. Exit code 1 if an event had no effect, two effects or an effect out of its order, is not accounted for, a scope was left",
            "open, or the p99 of giving a partition up is above 2 s."
        })
final class Rebalances implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration WANTED = Duration.ofSeconds(2);

    @Option(names = "--rebalances", defaultValue = "20", description = "how many (${DEFAULT-VALUE})")
    private int rebalances;

    @Option(names = "--rate", defaultValue = "300", description = "events per second (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--handling", defaultValue = "50", description = "what an event takes besides its transaction, in ms (${DEFAULT-VALUE})")
    private long handlingMillis;

    @Option(names = "--between", defaultValue = "2000", description = "between two rebalances, in ms (${DEFAULT-VALUE})")
    private long betweenMillis;

    private final ConcurrentLinkedQueue<Closed> closed = new ConcurrentLinkedQueue<>();
    private final List<HearingStatus> gone = new ArrayList<>();

    private record Closed(HearingListener.SessionEnd end, Duration took) {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Rebalances()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        try (var stand = new Stand()) {
            var members = new ArrayList<Stand.Member>();
            for (int i = 0; i < 3; i++) {
                members.add(member(stand));
            }
            settle(members);
            var said = new AtomicLong();
            var saying = new AtomicBoolean(true);
            var load = Thread.ofPlatform().name("load").start(() -> say(stand, said, saying));
            int mismatches = 0;
            boolean shrinking = true;
            for (int i = 0; i < rebalances; i++) {
                Thread.sleep(betweenMillis);
                if (shrinking) {
                    var leaving = members.removeLast();
                    leaving.close();
                    gone.add(leaving.status());
                } else {
                    members.add(member(stand));
                }
                mismatches += settle(members) ? 0 : 1;
                shrinking = members.size() == 3 || (shrinking && members.size() > 1);
            }
            saying.set(false);
            load.join(PATIENCE);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (stand.effects() < said.get() && System.nanoTime() < until) {
                Thread.sleep(100);
            }
            members.forEach(Stand.Member::close);
            members.forEach(it -> gone.add(it.status()));
            return report(stand, said.get(), mismatches);
        }
    }

    private Stand.Member member(Stand stand) {
        return stand.new Member(
                new HearingListener() {
                    @Override
                    public void closed(String listener, String partition, SessionEnd end, Duration took) {
                        closed.add(new Closed(end, took));
                    }
                },
                Duration.ofMillis(handlingMillis));
    }

    private void say(Stand stand, AtomicLong said, AtomicBoolean saying) {
        long begun = System.nanoTime();
        while (saying.get()) {
            long due = (System.nanoTime() - begun) * rate / 1_000_000_000L;
            while (said.get() < due) {
                long number = said.getAndIncrement();
                stand.say("key-" + number % 500, number);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
        stand.template.flush();
    }

    /** Waits until every partition is assigned, and says whether exactly the assigned ones have an open scope. */
    private static boolean settle(List<Stand.Member> members) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            var assigned = new HashSet<TopicPartition>();
            boolean match = true;
            for (var member : members) {
                var own = member.container.getAssignedPartitions();
                assigned.addAll(own);
                match &= own.size() == member.status().sessions();
            }
            if (assigned.size() == Stand.PARTITIONS && match) {
                return true;
            }
            Thread.sleep(20);
        }
        return false;
    }

    private int report(Stand stand, long said, int mismatches) {
        var times = closed.stream().map(Closed::took).sorted().toList();
        var ends = new EnumMap<HearingListener.SessionEnd, Long>(HearingListener.SessionEnd.class);
        closed.forEach(it -> ends.merge(it.end(), 1L, Long::sum));
        long effects = stand.effects();
        long repeated = stand.repeated();
        long late = stand.outOfOrder();
        long open = sum(HearingStatus::sessions);
        long unaccounted = sum(HearingStatus::unaccounted);
        var p99 = percentile(times, 0.99);
        System.out.println("| what | figure |");
        System.out.println("|---|---|");
        row("rebalances forced, members 3 → 1 → 3", rebalances);
        row("events said, %d/s, %d ms each".formatted(rate, handlingMillis), said);
        row("partitions given up", times.size());
        row("p50 / p99 / longest, ms", "%d / %d / %d".formatted(
                percentile(times, 0.5).toMillis(), p99.toMillis(), percentile(times, 1).toMillis()));
        row("how they ended", ends);
        row("given back unhandled, received again", sum(HearingStatus::returned));
        row("duplicates absorbed by the inbox", sum(HearingStatus::duplicate));
        row("events lost / with two effects / out of order", "%d / %d / %d".formatted(said - effects, repeated, late));
        row("received and not accounted for", unaccounted);
        row("rebalances after which open scopes were not the assigned partitions", mismatches);
        row("scopes left open at the end", open);
        boolean good = effects == said && repeated == 0 && late == 0 && unaccounted == 0 && mismatches == 0 && open == 0;
        return good && p99.compareTo(WANTED) <= 0 ? 0 : 1;
    }

    private long sum(ToLongFunction<HearingStatus> figure) {
        return gone.stream().mapToLong(figure).sum();
    }

    private static void row(String what, Object figure) {
        System.out.println("| " + what + " | " + (figure instanceof Map<?, ?> map ? map.toString().replaceAll("[{}]", "") : figure) + " |");
    }

    /** Nearest rank. */
    private static Duration percentile(List<Duration> sorted, double share) {
        return sorted.isEmpty() ? Duration.ZERO : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
