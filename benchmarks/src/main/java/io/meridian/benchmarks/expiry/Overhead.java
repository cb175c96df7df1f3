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
            "and prints orders per second of both and their ratio, round by round."
        })
final class Overhead implements Runnable {

    @Option(names = "--rounds", defaultValue = "5", description = "rounds that count; one more warms up (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "12", description = "of each turn (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--clients", defaultValue = "8", description = "how many clients at once (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    public static void main(String[] args) {
        System.exit(new CommandLine(new Overhead()).execute(args));
    }

    @Override
    public void run() {
        var platforms = List.of(platform(5_000, "true"), platform(6_000, "false"));
        try {
            platforms.forEach(it -> it.up(Progress.SILENT));
            var loops = platforms.stream()
                    .map(it -> new ClosedLoop(new OrderDesk(it.addresses().http(Component.GATEWAY))))
                    .toList();
            System.out.println("| round | on, orders/s | off, orders/s | on ÷ off | on, p50 ms | off, p50 ms |");
            System.out.println("|---|---|---|---|---|---|");
            var ratios = new ArrayList<Double>();
            for (var round = 0; round <= rounds; round++) {
                // Who goes first changes, because the second finds the machine warmer.
                var first = round % 2;
                var one = loops.get(first).run(clients, Duration.ofSeconds(seconds));
                var other = loops.get(1 - first).run(clients, Duration.ofSeconds(seconds));
                var on = first == 0 ? one : other;
                var off = first == 0 ? other : one;
                var ratio = on.ordersPerSecond() / off.ordersPerSecond();
                System.out.printf(
                        Locale.ROOT, "| %s | %.1f | %.1f | %.3f | %d | %d |%n",
                        round == 0 ? "warm-up" : Integer.toString(round), on.ordersPerSecond(), off.ordersPerSecond(), ratio,
                        on.quantile(0.5).toMillis(), off.quantile(0.5).toMillis());
                if (round > 0) {
                    ratios.add(ratio);
                }
            }
            var sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(Locale.ROOT, "median %.3f, of %s%n", sorted[sorted.length / 2], Arrays.toString(sorted));
        } finally {
            platforms.forEach(it -> it.down(Progress.SILENT));
        }
    }

    private Platform platform(int portOffset, String enabled) {
        try {
            return Platform.at(PlatformSettings.passing(
                    root.toAbsolutePath().normalize(),
                    Files.createTempDirectory("meridian-overhead"),
                    portOffset,
                    Map.of("MERIDIAN_DEADLINE_ENABLED", enabled)));
        } catch (IOException e) {
            throw new IllegalStateException("no temporary home", e);
        }
    }
}
