package io.meridian.benchmarks.incident;

import io.meridian.local.parts.FaultyWire;
import io.meridian.local.parts.Ports;
import io.meridian.local.parts.Redis;
import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flagship incident on a running platform: what customers notice of it, and what it is called. */
@Command(
        name = "benchmarks/incident",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a platform of its own whose Redis speaks TLS, behind wires that can be made bad, and sends it orders and reads of",
            "products at a fixed rate, in rounds without and with a fault: first TLS handshakes of inventory that take seconds while its",
            "connections keep being dropped, then 800 ms on every answer of Redis to inventory and gateway. Prints the p95 of orders with",
            "the fault over without, round by round, and failures; beside it a naive client of the same Redis, to show that the fault is one.",
            "Where Prometheus is installed (Debian: apt-get install prometheus), it evaluates the house's rules and says what fires."
        })
final class Incident implements Runnable {

    private static final Duration WARM_UP = Duration.ofSeconds(20);

    /** Longer than anybody waits for anything here. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    /** So long a connection lasts once its handshake is over, if the client waits for that: few commands find one that is there. */
    private static final Duration LIFE = Duration.ofMillis(200);

    private static final Duration LATE = Duration.ofMillis(800);

    private static final double WANTED_FAILED_PERCENT = 1;

    @Option(names = "--rounds", defaultValue = "5", description = "of each fault (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "20", description = "of each turn (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rate", defaultValue = "15", description = "orders a second, and as many reads of products (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--port-offset", defaultValue = "18000", description = "by how much all ports are shifted (${DEFAULT-VALUE})")
    private int portOffset;

    @Option(names = "--report", description = "a directory in which incident.md is written")
    private @Nullable Path report;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    private final StringBuilder text = new StringBuilder();

    /** A fault of the wires, and what is wanted in spite of it. */
    private record Fault(String title, double wantedRatio, String alert, Runnable begin) {}

    /** Orders and reads of one stretch of time. */
    private record Turn(Sample orders, Sample reads) {}

    private record Round(Turn calm, Turn faulty) {

        double ratio() {
            return faulty.orders.millis(0.95) / calm.orders.millis(0.95);
        }
    }

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Incident()).execute(args));
    }

    @Override
    public void run() {
        try {
            root = root.toAbsolutePath().normalize();
            var home = Files.createTempDirectory("meridian-incident");
            var redisPort = new Addresses(portOffset).of(Component.REDIS);
            try (var inventoryWire = new FaultyWire(Ports.free(), redisPort);
                    var gatewayWire = new FaultyWire(Ports.free(), redisPort)) {
                var environment = new HashMap<String, String>();
                environment.put("MERIDIAN_REDIS_TLS", "true");
                environment.put("MERIDIAN_INVENTORY_REDIS_PORT", Integer.toString(inventoryWire.port()));
                environment.put("MERIDIAN_GATEWAY_REDIS_PORT", Integer.toString(gatewayWire.port()));
                var platform = Platform.at(PlatformSettings.passing(root, home, portOffset, environment));
                say("starting the platform in %s", home);
                platform.up(Progress.SILENT);
                try {
                    measure(platform, home, inventoryWire, gatewayWire);
                } finally {
                    platform.down(Progress.SILENT);
                }
            }
            if (report != null) {
                Files.createDirectories(report);
                Files.writeString(report.resolve("incident.md"), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void measure(Platform platform, Path home, FaultyWire inventoryWire, FaultyWire gatewayWire) {
        var customers = new Customers(platform.addresses().http(Component.GATEWAY));
        var inventory = new Scrape(platform.addresses().managementHttp(Component.INVENTORY));
        var naive = new Naive(
                inventoryWire.port(),
                Redis.certificateIn(home.resolve(Component.REDIS.id())),
                "jdbc:postgresql://%s/inventory?user=inventory&password=meridian".formatted(platform.addresses().address(Component.POSTGRES)));
        var prometheus = prometheus(platform, home);
        try {
            say("warming up for %d s", WARM_UP.toSeconds());
            turn(customers, WARM_UP);
            heading();
            play(
                    new Fault("TLS handshakes of inventory with its Redis take 5 s, and a connection lasts 200 ms after that", 1.15, "RedisHandshakeFails", () -> {
                        inventoryWire.delayFirstAnswer(HANDSHAKE);
                        inventoryWire.endAfter(HANDSHAKE.plus(LIFE));
                        inventoryWire.cut();
                    }),
                    customers, naive, inventory, prometheus, inventoryWire, gatewayWire);
            play(
                    new Fault("Redis answers inventory and the gateway 800 ms late", 1.2, "RedisSlow", () -> {
                        inventoryWire.delayAnswers(LATE);
                        gatewayWire.delayAnswers(LATE);
                    }),
                    customers, naive, inventory, prometheus, inventoryWire, gatewayWire);
        } finally {
            if (prometheus != null) {
                prometheus.close();
            }
        }
    }

    private void heading() {
        line("# The incident, measured");
        line("");
        line("Written by `benchmarks/incident --rounds %d --seconds %d --rate %d --report docs/evidence`; %d processors, load average %.1f when it began."
                .formatted(
                        rounds,
                        seconds,
                        rate,
                        Runtime.getRuntime().availableProcessors(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        line("A platform of its own on one machine with the benchmark: four services, PostgreSQL, Kafka, and a Redis that speaks TLS. %d orders and %d reads of"
                .formatted(rate, rate));
        line("products a second come whether those before them are answered or not. A round is %d s without and %d s with the fault, in turns; ratios are within"
                .formatted(seconds, seconds));
        line("a round.");
    }

    private void play(
            Fault fault,
            Customers customers,
            Naive naive,
            Scrape inventory,
            @Nullable Prometheus prometheus,
            FaultyWire... wires) {
        line("");
        line("## " + fault.title);
        line("");
        settle(customers, inventory, wires);
        var calmAlerts = quiet(prometheus, customers);
        var handshakes = wires[0].delayedFirstAnswers();
        var failed = inventory.sum("meridian_redis_connects_total", "handshake_failed");
        var played = new ArrayList<Round>();
        for (var i = 0; i < rounds; i++) {
            // Whichever is first in its round would profit or suffer from what changes with time.
            var calmFirst = i % 2 == 0;
            var calm = calmFirst ? calmTurn(customers, inventory, wires) : null;
            fault.begin.run();
            var faulty = turn(customers, Duration.ofSeconds(seconds));
            settle(customers, inventory, wires);
            var round = new Round(calm == null ? calmTurn(customers, inventory, wires) : calm, faulty);
            played.add(round);
            say("round %d: p95 %.0f ms without, %.0f ms with: %.3f", i + 1, round.calm.orders.millis(0.95), round.faulty.orders.millis(0.95), round.ratio());
        }
        table(played);
        verdict(fault, played);
        line("It took: %d handshakes of inventory met the delay, %.0f failed by its own count."
                .formatted(wires[0].delayedFirstAnswers() - handshakes, inventory.sum("meridian_redis_connects_total", "handshake_failed") - failed));
        line("");
        control(fault, naive, wires);
        alerts(fault, prometheus, calmAlerts, customers, inventory, wires);
        settle(customers, inventory, wires);
    }

    private Turn calmTurn(Customers customers, Scrape inventory, FaultyWire... wires) {
        settle(customers, inventory, wires);
        return turn(customers, Duration.ofSeconds(seconds));
    }

    private Turn turn(Customers customers, Duration time) {
        var reads = CompletableFuture.supplyAsync(
                () -> Traffic.of(rate, time, _ -> customers.look()), task -> Thread.ofPlatform().name("reads").start(task));
        var orders = Traffic.of(rate, time, _ -> customers.order());
        return new Turn(orders, reads.join());
    }

    private void table(List<Round> played) {
        line("| round | orders, p50 and p95 without, ms | with, ms | p95 with ÷ without | failed without | failed with | reads, p95 without and with, ms |");
        line("|---|---|---|---|---|---|---|");
        for (var i = 0; i < played.size(); i++) {
            row(Integer.toString(i + 1), played.get(i));
        }
        row(
                "all",
                new Round(
                        together(played, Round::calm),
                        together(played, Round::faulty)));
        line("");
    }

    private static Turn together(List<Round> played, Function<Round, Turn> which) {
        return new Turn(
                Sample.together(played.stream().map(which).map(Turn::orders).toList()),
                Sample.together(played.stream().map(which).map(Turn::reads).toList()));
    }

    private void row(String name, Round round) {
        line("| %s | %.0f, %.0f | %.0f, %.0f | %.3f | %d of %d | %d of %d | %.0f, %.0f |"
                .formatted(
                        name,
                        round.calm.orders.millis(0.5),
                        round.calm.orders.millis(0.95),
                        round.faulty.orders.millis(0.5),
                        round.faulty.orders.millis(0.95),
                        round.ratio(),
                        round.calm.orders.failed(),
                        round.calm.orders.total(),
                        round.faulty.orders.failed(),
                        round.faulty.orders.total(),
                        round.calm.reads.millis(0.95),
                        round.faulty.reads.millis(0.95)));
    }

    private void verdict(Fault fault, List<Round> played) {
        var ratios = played.stream().map(Round::ratio).toList();
        var faulty = together(played, Round::faulty);
        var median = Sample.median(ratios);
        line("Median of the ratios **%.3f** (%.3f to %.3f), wanted at most %.2f: **%s**. Orders that failed with the fault **%.2f %%** %s, reads %.2f %%, wanted at most %.0f %%: **%s**."
                .formatted(
                        median,
                        ratios.stream().min(Double::compare).orElse(Double.NaN),
                        ratios.stream().max(Double::compare).orElse(Double.NaN),
                        fault.wantedRatio,
                        median <= fault.wantedRatio ? "met" : "missed",
                        faulty.orders.failedPercent(),
                        faulty.orders.failures(),
                        faulty.reads.failedPercent(),
                        WANTED_FAILED_PERCENT,
                        Math.max(faulty.orders.failedPercent(), faulty.reads.failedPercent()) <= WANTED_FAILED_PERCENT ? "met" : "missed"));
        line("");
    }

    /** What the same fault does to somebody who has no guard. */
    private void control(Fault fault, Naive naive, FaultyWire... wires) {
        var calm = Traffic.of(rate, Duration.ofSeconds(10), _ -> naive.look());
        fault.begin.run();
        var faulty = Traffic.of(rate, Duration.ofSeconds(20), _ -> naive.look());
        List.of(wires).forEach(FaultyWire::heal);
        line("Negative control: eight workers that each ask the same Redis on a connection of their own, for as long as it takes, and then the database, at %d a second:"
                .formatted(rate));
        line("p95 %.0f ms and %.1f %% failed without the fault, p95 of what was answered **%.0f ms** and **%.1f %% failed** with it %s."
                .formatted(calm.millis(0.95), calm.failedPercent(), faulty.millis(0.95), faulty.failedPercent(), faulty.failures()));
        line("");
    }

    /** What fires in good times: nothing should. */
    private List<String> quiet(@Nullable Prometheus prometheus, Customers customers) {
        if (prometheus == null) {
            return List.of();
        }
        // What fired of what was before is over when its window is: a minute, and its evaluation.
        awaitAlerts(prometheus, List::isEmpty, Duration.ofSeconds(150), customers);
        turn(customers, Duration.ofSeconds(20));
        return prometheus.firing();
    }

    private void alerts(
            Fault fault,
            @Nullable Prometheus prometheus,
            List<String> calm,
            Customers customers,
            Scrape inventory,
            FaultyWire... wires) {
        if (prometheus == null) {
            line("The alert was not evaluated: there is no `prometheus` on the PATH.");
            return;
        }
        awaitAlerts(prometheus, List::isEmpty, Duration.ofSeconds(150), customers);
        settle(customers, inventory, wires);
        fault.begin.run();
        var fired = awaitAlerts(
                prometheus, it -> it.stream().anyMatch(alert -> alert.startsWith(fault.alert)), Duration.ofSeconds(180), customers);
        turn(customers, Duration.ofSeconds(30));
        var later = prometheus.firing();
        List.of(wires).forEach(FaultyWire::heal);
        var over = awaitAlerts(prometheus, List::isEmpty, Duration.ofSeconds(240), customers);
        line("Prometheus with the house's rules, scraping every 5 s: before the fault fires %s. `%s` fires **%s** after the fault began; 30 s later fire %s. After healing nothing fires any more after %s."
                .formatted(names(calm), fault.alert, took(fired), names(later), took(over)));
        line("");
    }

    private static String names(List<String> alerts) {
        return alerts.isEmpty() ? "nothing" : "`" + String.join("`, `", alerts) + "`";
    }

    private static String took(Duration time) {
        return time.isNegative() ? "not" : time.toSeconds() + " s";
    }

    /** How long it took until the alerts were like that, with traffic; negative if they were not within {@code bound}. */
    private Duration awaitAlerts(
            Prometheus prometheus, Predicate<List<String>> wanted, Duration bound, Customers customers) {
        var began = System.nanoTime();
        while (System.nanoTime() - began < bound.toNanos()) {
            if (wanted.test(prometheus.firing())) {
                return Duration.ofNanos(System.nanoTime() - began);
            }
            turn(customers, Duration.ofSeconds(1));
        }
        return Duration.ofNanos(-1);
    }

    /** Heals the wires and waits until inventory reads from its cache again. */
    private void settle(Customers customers, Scrape inventory, FaultyWire... wires) {
        List.of(wires).forEach(FaultyWire::heal);
        var until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (var hits = hits(inventory); System.nanoTime() - until < 0; ) {
            turn(customers, Duration.ofSeconds(1));
            if (hits(inventory) > hits) {
                return;
            }
        }
        throw new IllegalStateException("inventory does not read from its cache a minute after the fault ended");
    }

    private static double hits(Scrape inventory) {
        return inventory.sum("meridian_cache_reads_total", "result=\"hit\"");
    }

    private @Nullable Prometheus prometheus(Platform platform, Path home) {
        var program = Prometheus.program();
        if (program.isEmpty()) {
            say("there is no prometheus on the PATH: alerts are not evaluated");
            return null;
        }
        return Prometheus.start(
                program.get(),
                home,
                root.resolve("observability/config/prometheus/rules"),
                Ports.free(),
                Component.services().stream()
                        .map(it -> platform.addresses().managementHttp(it).getAuthority())
                        .toList());
    }

    private void line(String line) {
        System.out.println(line);
        text.append(line).append('\n');
    }

    private static void say(String what, Object... with) {
        System.err.println(what.formatted(with));
    }
}
