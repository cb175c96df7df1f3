package io.meridian.benchmarks.expiry;

import io.meridian.local.platform.ClosedLoop;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the deadline library costs on the way of an order. */
@Command(
        name = "benchmarks/overhead",
        mixinStandardHelpOptions = true,
        description = {
            "Starts two platforms, one with the deadline library and one with meridian.deadline.enabled=false, loads them in turns,",
            "and prints orders per second of both and their ratio, round by round; then the processor time of 1,000 orders, process by",
            "process. With --without the second platform is without a part of it only."
        })
final class Overhead implements Runnable {

    @Option(names = "--rounds", defaultValue = "5", description = "rounds that count (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "12", description = "of each turn (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--clients", defaultValue = "8", description = "how many clients at once (${DEFAULT-VALUE})")
    private int clients;

    @Option(
            names = "--without",
            defaultValue = "MERIDIAN_DEADLINE_ENABLED",
            description = "what is false on the second platform (${DEFAULT-VALUE}; MERIDIAN_DEADLINE_JDBC_ENABLED, …)")
    private String without = "";

    @Option(
            names = "--java-options",
            defaultValue = "",
            description = "for the services' JVMs; -XX:TieredStopAtLevel=4 gives them the full compiler, as containers have it")
    private String javaOptions = "";

    @Option(
            names = "--warmup",
            defaultValue = "1",
            description = "rounds before those that count; the full compiler needs some (${DEFAULT-VALUE})")
    private int warmup;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    public static void main(String[] args) {
        System.exit(new CommandLine(new Overhead()).execute(args));
    }

    @Override
    public void run() {
        var platforms = List.of(platform(5_000, Map.of()), platform(6_000, Map.of(without, "false")));
        try {
            platforms.forEach(it -> it.up(Progress.SILENT));
            var sides = platforms.stream().map(Side::new).toList();
            System.out.println("| round | on, orders/s | off, orders/s | on ÷ off | on, p50 ms | off, p50 ms |");
            System.out.println("|---|---|---|---|---|---|");
            var ratios = new ArrayList<Double>();
            for (var round = 1 - warmup; round <= rounds; round++) {
                // Who goes first changes, because the second finds the machine warmer.
                var first = Math.floorMod(round, 2);
                var one = sides.get(first).load(clients, Duration.ofSeconds(seconds), round > 0);
                var other = sides.get(1 - first).load(clients, Duration.ofSeconds(seconds), round > 0);
                var on = first == 0 ? one : other;
                var off = first == 0 ? other : one;
                var ratio = on.ordersPerSecond() / off.ordersPerSecond();
                System.out.printf(
                        Locale.ROOT, "| %s | %.1f | %.1f | %.3f | %d | %d |%n",
                        round < 1 ? "warm-up" : Integer.toString(round), on.ordersPerSecond(), off.ordersPerSecond(), ratio,
                        on.quantile(0.5).toMillis(), off.quantile(0.5).toMillis());
                if (round > 0) {
                    ratios.add(ratio);
                }
            }
            var sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(Locale.ROOT, "median %.3f, of %s%n", sorted[sorted.length / 2], Arrays.toString(sorted));
            printProcessorTime(sides.get(0), sides.get(1));
        } finally {
            platforms.forEach(it -> it.down(Progress.SILENT));
        }
    }

    private static void printProcessorTime(Side on, Side off) {
        System.out.println();
        System.out.println("| process | on, CPU ms an order | off, CPU ms an order | on ÷ off |");
        System.out.println("|---|---|---|---|");
        for (var component : Component.values()) {
            row(component.id(), on.millisAnOrder(component), off.millisAnOrder(component));
        }
        row("together", on.millisAnOrder(), off.millisAnOrder());
    }

    private static void row(String name, double on, double off) {
        System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.3f |%n", name, on, off, on / off);
    }

    /** One of the two platforms, and what its orders have cost so far. */
    private static final class Side {

        private final Platform platform;
        private final ClosedLoop loop;
        private final Map<Component, Duration> spent = new EnumMap<>(Component.class);
        private double orders;

        Side(Platform platform) {
            this.platform = platform;
            this.loop = new ClosedLoop(new OrderDesk(platform.addresses().http(Component.GATEWAY)));
        }

        ClosedLoop.Result load(int clients, Duration duration, boolean counts) {
            var before = cpuTimes();
            var result = loop.run(clients, duration);
            if (counts) {
                orders += result.ordersPerSecond() * result.took().toNanos() / 1e9;
                cpuTimes().forEach((component, time) ->
                        spent.merge(component, time.minus(before.getOrDefault(component, Duration.ZERO)), Duration::plus));
            }
            return result;
        }

        double millisAnOrder(Component component) {
            return spent.getOrDefault(component, Duration.ZERO).toNanos() / 1e6 / orders;
        }

        double millisAnOrder() {
            return spent.keySet().stream().mapToDouble(this::millisAnOrder).sum();
        }

        private Map<Component, Duration> cpuTimes() {
            var times = new EnumMap<Component, Duration>(Component.class);
            for (var component : Component.values()) {
                platform.cpuTime(component).ifPresent(time -> times.put(component, time));
            }
            return times;
        }
    }

    private Platform platform(int portOffset, Map<String, String> settings) {
        var with = new HashMap<>(settings);
        with.put("MERIDIAN_JAVA_OPTIONS", javaOptions);
        try {
            return Platform.at(PlatformSettings.passing(
                    root.toAbsolutePath().normalize(),
                    Files.createTempDirectory("meridian-overhead"),
                    portOffset,
                    with));
        } catch (IOException e) {
            throw new IllegalStateException("no temporary home", e);
        }
    }
}
