package io.meridian.benchmarks.snapshot;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How soon a change is in the snapshots of the platform. */
@Command(
        name = "benchmarks/propagation",
        mixinStandardHelpOptions = true,
        description = {
            "Changes single products in inventory's database, as often as said, and looks at the management ports of order service and gateway",
            "until both know: from before the statement is sent until the look that finds it has been answered, so each figure is rather too",
            "high than too low. Then the parts of the way as the services measure them. With --window it needs no platform: how much a",
            "stream carries over 20 ms of round-trip time with a window of 64 KiB and of 1 MiB."
        })
final class Propagation implements Callable<Integer> {

    private static final Pattern VERSION = Pattern.compile("\"value\":\\{[^}]*\"version\":(\\d+)");
    private static final Pattern STAGE = Pattern.compile(
            "propagation_latency_seconds_(sum|count)\\{[^}]*stage=\"(\\w+)\"[^}]*} ([0-9.eE+-]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(names = "--rates", split = ",", defaultValue = "50,5", description = "changes a second (${DEFAULT-VALUE})")
    private List<Integer> rates = List.of();

    @Option(names = "--changes", defaultValue = "1000", description = "at each rate, at most 60 s of them (${DEFAULT-VALUE})")
    private int changes;

    @Option(names = "--port-offset", description = "of a platform that runs; without it one is started, and stopped again")
    private @Nullable Integer running;

    @Option(names = "--window", description = "measure the window instead")
    private boolean window;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Propagation()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (window) {
            Windows.measure(System.out);
            return 0;
        }
        if (running != null) {
            measure(new Addresses(running));
            return 0;
        }
        var platform = Platform.at(PlatformSettings.passing(
                root.toAbsolutePath().normalize(), Files.createTempDirectory("meridian-propagation"), 7_000, Map.of()));
        try {
            platform.up(Progress.SILENT);
            measure(platform.addresses());
        } finally {
            platform.down(Progress.SILENT);
        }
        return 0;
    }

    private void measure(Addresses addresses) throws Exception {
        var places = List.of(
                new Place("order", addresses.managementHttp(Component.ORDER), "products"),
                new Place("gateway", addresses.managementHttp(Component.GATEWAY), "stock"));
        var url = "jdbc:postgresql://%s/inventory?user=inventory&password=meridian"
                .formatted(addresses.address(Component.POSTGRES));
        try (var database = DriverManager.getConnection(url)) {
            round(places, database, 50, 200); // warms everything up
            System.out.println("| changes/s | changes | in | p50 ms | p95 ms | p99 ms | most ms |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (var rate : rates) {
                var took = round(places, database, rate, Math.min(changes, rate * 60));
                for (int i = 0; i < places.size(); i++) {
                    print(rate, places.get(i).name(), column(took, i));
                }
                print(rate, "both", took.stream().map(Collections::max).toList());
            }
        }
        System.out.println();
        System.out.println("| in | stage | changes | mean ms |");
        System.out.println("|---|---|---|---|");
        for (var place : places) {
            stages(place);
        }
    }

    /** For each change, how long it took to be in each place. */
    private List<List<Long>> round(List<Place> places, Connection database, int rate, int count) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<List<Future<Long>>>();
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                sleepUntil(start + TimeUnit.SECONDS.toNanos(i) / rate);
                var sku = "SKU-%04d".formatted(2 + i * 7 % 997);
                long sent = System.nanoTime();
                long version = change(database, sku);
                all.add(places.stream()
                        .map(place -> threads.submit(() -> seen(place, sku, version) - sent))
                        .toList());
            }
            var took = new ArrayList<List<Long>>();
            for (var one : all) {
                var each = new ArrayList<Long>();
                for (var place : one) {
                    each.add(place.get(60, TimeUnit.SECONDS));
                }
                took.add(each);
            }
            return took;
        }
    }

    private static long change(Connection database, String sku) throws SQLException {
        try (var update = database.prepareStatement("UPDATE stock SET version = version + 1 WHERE sku = ? RETURNING version")) {
            update.setString(1, sku);
            try (var row = update.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private long seen(Place place, String sku, long version) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            var match = VERSION.matcher(get(place.management().resolve("/actuator/snapshots/" + place.snapshot() + "/" + sku)));
            if (match.find() && Long.parseLong(match.group(1)) >= version) {
                return System.nanoTime();
            }
            Thread.sleep(3);
        }
        throw new IllegalStateException(place.name() + " did not know version " + version + " of " + sku + " within " + PATIENCE);
    }

    private void stages(Place place) throws Exception {
        var sums = new TreeMap<String, Double>();
        var counts = new TreeMap<String, Double>();
        Matcher match = STAGE.matcher(get(place.management().resolve("/actuator/prometheus")));
        while (match.find()) {
            (match.group(1).equals("sum") ? sums : counts).merge(match.group(2), Double.parseDouble(match.group(3)), Double::sum);
        }
        for (var stage : List.of("sent", "received", "applied")) {
            double count = counts.getOrDefault(stage, 0.0);
            System.out.printf(
                    Locale.ROOT, "| %s | %s | %.0f | %.2f |%n", place.name(), stage, count, sums.getOrDefault(stage, 0.0) / Math.max(1, count) * 1e3);
        }
    }

    private String get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString())
                .body();
    }

    private static List<Long> column(List<List<Long>> rows, int index) {
        return rows.stream().map(row -> row.get(index)).toList();
    }

    private static void print(int rate, String place, List<Long> nanos) {
        var sorted = nanos.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %s | %.1f | %.1f | %.1f | %.1f |%n",
                rate,
                sorted.size(),
                place,
                quantile(sorted, 0.5),
                quantile(sorted, 0.95),
                quantile(sorted, 0.99),
                quantile(sorted, 1));
    }

    private static double quantile(List<Long> sorted, double quantile) {
        return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1) / 1e6;
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private record Place(String name, URI management, String snapshot) {}
}
