package io.meridian.benchmarks.relay;

import io.meridian.outbox.postgres.OutboxSlot;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what reads the outbox and what carries it, side by side on one PostgreSQL and one Kafka. */
@Command(
        name = "benchmarks/relay",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a PostgreSQL (durable commits) and a Kafka of its own and measures, in each round in another order: how fast each",
            "reader gets through a backlog; how long an event takes from its commit to the commit of its effect at a steady rate; and",
            "how soon a relay that is interrupted publishes again. Prints Markdown; figures need a quiet machine."
        })
final class Relays implements Callable<Integer> {

    private static final double WANTED_RATE = 20_000;
    private static final double WANTED_SHARE = 0.5;
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    @Option(names = "--rounds", defaultValue = "3", description = "rounds, of which the medians are shown (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--backlog", defaultValue = "200000", description = "events that wait for each reader (${DEFAULT-VALUE})")
    private int backlog;

    @Option(names = "--rate", defaultValue = "200", description = "events a second on the journey (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "20", description = "of each journey, after 10 s of warm-up (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--interruptions", defaultValue = "20", description = "of each kind (${DEFAULT-VALUE})")
    private int interruptions;

    @Option(names = "--report", paramLabel = "DIR", description = "also writes relay.md there")
    private @Nullable Path report;

    private final StringBuilder text = new StringBuilder();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Relays()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || backlog < 1 || rate < 1 || seconds < 1 || interruptions < 1) {
            throw new CommandLine.ParameterException(new CommandLine(this), "all counts must be at least 1");
        }
        boolean reached;
        try (var stage = new Stage()) {
            reached = backlogs(stage);
            reached &= journeys(stage);
            reached &= interruptions(stage);
        }
        write();
        return reached ? 0 : 1;
    }

    private boolean backlogs(Stage stage) throws Exception {
        var rates = new EnumMap<Contender, List<Double>>(Contender.class);
        round(stage, new EnumMap<>(Contender.class), Math.min(backlog, 50_000), 0); // for nothing: compilers and caches
        for (int round = 0; round < rounds; round++) {
            round(stage, rates, backlog, round);
        }
        say("## A backlog\n");
        say("%,d events of 200 bytes, one to a transaction; events a second, medians of %d rounds.\n", backlog, rounds);
        say("| who reads | events/s | of the bare stream | all rounds |");
        say("|---|---:|---:|---|");
        for (var each : Contender.values()) {
            var bare = median(of(rates, each.readsMessages() ? Contender.BARE_MESSAGES : Contender.BARE));
            var own = median(of(rates, each));
            say("| %s | %,.0f | %.2f | %s |", each.title(), own, own / bare, rounded(of(rates, each)));
        }
        say("");
        var share = median(of(rates, Contender.RELAY)) / median(of(rates, Contender.BARE));
        boolean fast = median(of(rates, Contender.RELAY)) >= WANTED_RATE && median(of(rates, Contender.TO_KAFKA)) >= WANTED_RATE;
        say("Wanted: at least %,.0f events/s %s, and half of the bare stream %s.\n", WANTED_RATE, mark(fast), mark(share >= WANTED_SHARE));
        return fast && share >= WANTED_SHARE;
    }

    private void round(Stage stage, Map<Contender, List<Double>> rates, int events, int round) throws Exception {
        for (boolean messages : new boolean[] {false, true}) {
            stage.checkpoint();
            var contenders = new ArrayList<>(Arrays.stream(Contender.values())
                    .filter(it -> it.readsMessages() == messages)
                    .toList());
            Collections.rotate(contenders, round);
            var slots = new EnumMap<Contender, OutboxSlot>(Contender.class);
            contenders.forEach(it -> slots.put(it, stage.slot("backlog_" + it.name().toLowerCase(Locale.ROOT))));
            if (messages) {
                Filling.messages(stage, events);
            } else {
                Filling.table(stage, events);
            }
            for (var each : contenders) {
                var slot = Objects.requireNonNull(slots.get(each));
                double rate = events * 1e9 / each.nanos(stage, slot, events);
                rates.computeIfAbsent(each, _ -> new ArrayList<>()).add(rate);
                System.err.printf(Locale.ROOT, "%s: %,.0f events/s%n", each.title(), rate);
                stage.drop(slot);
            }
        }
    }

    private boolean journeys(Stage stage) throws Exception {
        say("## From commit to effect\n");
        say(
                "%d events a second for %d s, each appended, relayed, received and applied in transactions of its own; milliseconds from"
                        + " the return of the first commit to the return of the second, medians of %d rounds.\n",
                rate, seconds, rounds);
        say("| way | p50 | p99 | p99.9 | most |");
        say("|---|---:|---:|---:|---:|");
        var all = new EnumMap<Journey.Way, List<double[]>>(Journey.Way.class);
        for (int round = 0; round < rounds; round++) {
            var ways = new ArrayList<>(List.of(Journey.Way.values()));
            Collections.rotate(ways, round);
            for (var way : ways) {
                stage.checkpoint();
                var nanos = new Journey(stage, way, rate).nanos(WARM_UP, Duration.ofSeconds(seconds));
                Arrays.sort(nanos);
                var figures = new double[] {quantile(nanos, 0.5), quantile(nanos, 0.99), quantile(nanos, 0.999), quantile(nanos, 1)};
                all.computeIfAbsent(way, _ -> new ArrayList<>()).add(figures);
                System.err.printf(Locale.ROOT, "%s: p50 %.1f ms, p99 %.1f ms%n", way.title(), figures[0], figures[1]);
            }
        }
        boolean reached = false;
        for (var way : Journey.Way.values()) {
            var medians = new double[4];
            for (int i = 0; i < medians.length; i++) {
                int column = i;
                medians[i] = median(of(all, way).stream().map(it -> it[column]).toList());
            }
            say("| %s | %.1f | %.1f | %.1f | %.1f |", way.title(), medians[0], medians[1], medians[2], medians[3]);
            if (way == Journey.Way.DEFAULT) {
                reached = medians[0] <= 10 && medians[1] <= 100;
            }
        }
        say("\nWanted of the default: p50 at most 10 ms and p99 at most 100 ms %s.\n", mark(reached));
        return reached;
    }

    private boolean interruptions(Stage stage) throws Exception {
        say("## Interrupted\n");
        say("%d times each, while %d events a second are committed; milliseconds until the next event is published.\n", interruptions, rate);
        say("| what happens | p50 | most | repeated | missing |");
        say("|---|---:|---:|---:|---:|");
        boolean reached = true;
        for (var kind : Interruption.Kind.values()) {
            var outcome = new Interruption(stage).of(kind, interruptions, rate);
            Arrays.sort(outcome.nanos());
            var most = quantile(outcome.nanos(), 1);
            say(
                    "| %s | %.0f | %.0f | %d | %d |",
                    kind.title(), quantile(outcome.nanos(), 0.5), most, outcome.repeated(), outcome.missing());
            reached &= most <= 2_000 && outcome.missing() == 0;
        }
        say("\nWanted: at most 2 s, and nothing missing %s.", mark(reached));
        return reached;
    }

    private void write() throws IOException {
        var system = ManagementFactory.getOperatingSystemMXBean();
        var head =
                """
                # The relay, measured

                Written by `benchmarks/relay --rounds %d --backlog %d --rate %d --seconds %d --interruptions %d --report docs/evidence` on %d processors (%s %s), load average %.1f at its end.
                PostgreSQL with fsync and synchronous commits, Kafka with one broker, both on the same machine as everything else.

                """
                        .formatted(rounds, backlog, rate, seconds, interruptions, system.getAvailableProcessors(), system.getName(), system.getArch(), system.getSystemLoadAverage());
        if (report != null) {
            Files.writeString(report.resolve("relay.md"), head + text);
        }
    }

    private void say(String format, Object... values) {
        var line = String.format(Locale.ROOT, format, values);
        System.out.println(line);
        text.append(line).append('\n');
    }

    private static <K, V> List<V> of(Map<K, List<V>> all, K key) {
        return all.getOrDefault(key, List.of());
    }

    private static String mark(boolean reached) {
        return reached ? "(reached)" : "(not reached)";
    }

    private static String rounded(List<Double> rates) {
        return String.join(", ", rates.stream().map(it -> String.format(Locale.ROOT, "%,.0f", it)).toList());
    }

    private static double quantile(long[] sortedNanos, double quantile) {
        int index = (int) Math.ceil(quantile * sortedNanos.length) - 1;
        return sortedNanos[Math.max(0, index)] / 1e6;
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
