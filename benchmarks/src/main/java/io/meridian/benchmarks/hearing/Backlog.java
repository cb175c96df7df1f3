package io.meridian.benchmarks.hearing;

import io.meridian.outbox.HearingListener;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Drains a backlog with little memory, and says how fast and how much memory it took. */
@Command(
        name = "benchmarks/backlog",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a Kafka and a PostgreSQL of its own, writes a backlog, and lets one member of meridian-outbox drain it, each event in a",
            "transaction with its inbox row. The script gives this JVM 256 MB of heap. Exit code 1 if an event had no effect, two effects or an",
            "effect out of its order, or is not accounted for."
        })
final class Backlog implements Callable<Integer> {

    @Option(names = "--records", defaultValue = "100000", description = "how many (${DEFAULT-VALUE})")
    private int records;

    @Option(names = "--keys", defaultValue = "5000", description = "over how many keys (${DEFAULT-VALUE})")
    private int keys;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Backlog()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        try (var stand = new Stand()) {
            for (int number = 0; number < records; number++) {
                stand.say("key-" + number % keys, number);
            }
            stand.template.flush();
            ManagementFactory.getMemoryPoolMXBeans().forEach(pool -> pool.resetPeakUsage());
            var begun = System.nanoTime();
            try (var member = stand.new Member(new HearingListener() {}, Duration.ZERO)) {
                int mostInHand = 0;
                while (member.status().applied() < records && System.nanoTime() - begun < Duration.ofMinutes(15).toNanos()) {
                    var status = member.status();
                    mostInHand = Math.max(mostInHand, status.waiting() + status.running());
                    Thread.sleep(20);
                }
                var seconds = (System.nanoTime() - begun) / 1e9;
                return report(stand, member, seconds, mostInHand);
            }
        }
    }

    private int report(Stand stand, Stand.Member member, double seconds, int mostInHand) {
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        long effects = stand.effects();
        long repeated = stand.repeated();
        long late = stand.outOfOrder();
        long unaccounted = member.status().unaccounted();
        System.out.println("| records | heap limit | most heap used | most records in hand | seconds | records/s | lost | repeated | out of order | unaccounted |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        System.out.printf(
                "| %,d | %d MB | %d MB | %d | %.1f | %,.0f | %d | %d | %d | %d |%n",
                records,
                Runtime.getRuntime().maxMemory() >> 20,
                peak >> 20,
                mostInHand,
                seconds,
                records / seconds,
                records - effects,
                repeated,
                late,
                unaccounted);
        return effects == records && repeated == 0 && late == 0 && unaccounted == 0 ? 0 : 1;
    }
}
