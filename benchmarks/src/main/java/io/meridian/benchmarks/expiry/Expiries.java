package io.meridian.benchmarks.expiry;

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
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets thousands of requests expire at every place where they can, and counts what was alive afterwards. */
@Command(
        name = "benchmarks/expiries",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a platform of its own, lets requests expire while their order waits for a lock, for a connection or for a slow",
            "card, resets connections, and prints how late the answers were and what still worked 50 ms and 1 s after the deadline."
        })
final class Expiries implements Runnable {

    /** The longest budget a request here has; a statement that is older belongs to a request that is over. */
    private static final int MOST_MILLIS = 400;

    private static final int LEAST_MILLIS = 40;

    /** The products from here on are ordered here. */
    private static final int FIRST_SKU = 800;

    private static final int SKUS = 50;

    @Option(names = "--expiries", defaultValue = "10000", description = "how many requests expire at least (${DEFAULT-VALUE})")
    private int expiries;

    @Option(names = "--clients", defaultValue = "5", description = "how many clients at once (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--port-offset", defaultValue = "5000", description = "by how much all ports are shifted (${DEFAULT-VALUE})")
    private int portOffset;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    private final ConcurrentLinkedQueue<Client.Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger resets = new AtomicInteger();
    private final Map<String, Integer> broken = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Expiries()).execute(args));
    }

    @Override
    public void run() {
        try {
            var home = Files.createTempDirectory("meridian-expiries");
            // No settling and no events, so that every statement belongs to a request that a client waits for.
            var platform = Platform.at(PlatformSettings.passing(
                    root.toAbsolutePath().normalize(), home, portOffset, Map.of("MERIDIAN_ORDER_SETTLING_AFTER", "1h", "MERIDIAN_OUTBOX_RELAY_ENABLED", "false")));
            say("starting the platform in " + home);
            platform.up(Progress.SILENT);
            try {
                measure(platform);
            } finally {
                platform.down(Progress.SILENT);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void measure(Platform platform) throws SQLException, IOException, InterruptedException {
        var client = new Client(platform.addresses().http(Component.GATEWAY));
        warm(client);
        var before = figures(platform);
        List<Map.Entry<String, Integer>> places = List.of(
                Map.entry("statement of order-service, and its pool", expiries * 3 / 10),
                Map.entry("statement of inventory-service", expiries * 3 / 10),
                Map.entry("card of payment-service", expiries * 4 / 10));
        try (var activity = new Activity(platform.addresses(), MOST_MILLIS)) {
            during(platform, places.get(0), "orders", "LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE", "tok_ok", client);
            during(
                    platform,
                    places.get(1),
                    "inventory",
                    "SELECT * FROM stock WHERE sku BETWEEN 'SKU-%04d' AND 'SKU-%04d' FOR UPDATE"
                            .formatted(FIRST_SKU, FIRST_SKU + SKUS),
                    "tok_ok",
                    client);
            expire(places.get(2), "tok_slow_900", client);
            leave(client, expiries / 20);
            Thread.sleep(1_500);
            print(platform, before, figures(platform), activity);
        }
    }

    private void warm(Client client) throws IOException, InterruptedException {
        say("warming up");
        for (var i = 0; i < 400; i++) {
            var _ = client.place("warm", sku(), "tok_ok", 4_000);
        }
    }

    /** Everything that needs the lock expires while somebody else has it; he lets go now and then. */
    private void during(Platform platform, Map.Entry<String, Integer> place, String database, String lock, String card, Client client)
            throws SQLException, InterruptedException {
        var over = new AtomicBoolean();
        try (var holder = Executors.newVirtualThreadPerTaskExecutor()) {
            var holding = holder.submit(() -> {
                while (!over.get()) {
                    try (var connection = Activity.open(platform.addresses(), database);
                            var statement = connection.createStatement()) {
                        connection.setAutoCommit(false);
                        statement.execute(lock);
                        Thread.sleep(2_000);
                        connection.rollback();
                    }
                }
                return true;
            });
            expire(place, card, client);
            over.set(true);
            holding.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the lock could not be held", e.getCause());
        }
    }

    private void expire(Map.Entry<String, Integer> place, String card, Client client) {
        var wanted = place.getValue();
        var expired = new AtomicInteger();
        var started = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < clients; i++) {
                var customer = "expiry-" + i;
                threads.submit(() -> {
                    while (expired.get() < wanted) {
                        try {
                            var budget = ThreadLocalRandom.current().nextInt(LEAST_MILLIS, MOST_MILLIS + 1);
                            var outcome = client.place(customer, sku(), card, budget);
                            outcomes.add(outcome);
                            if (outcome.isExpired()) {
                                expired.incrementAndGet();
                            }
                        } catch (IOException e) {
                            broken.merge(String.valueOf(e.getMessage()).replaceAll("[0-9]+", "N"), 1, Integer::sum);
                        }
                    }
                    return true;
                });
            }
        }
        say("%s: %d expired in %.0f s".formatted(place.getKey(), expired.get(), (System.nanoTime() - started) / 1e9));
    }

    private void leave(Client client, int wanted) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < clients; i++) {
                var customer = "leaver-" + i;
                threads.submit(() -> {
                    while (resets.getAndIncrement() < wanted) {
                        client.leave(customer, sku(), "tok_slow_900", MOST_MILLIS);
                    }
                    return true;
                });
            }
        }
        say("%d connections reset".formatted(wanted));
    }

    private static String sku() {
        return "SKU-%04d".formatted(FIRST_SKU + ThreadLocalRandom.current().nextInt(SKUS));
    }

    private void print(Platform platform, Map<String, Double> before, Map<String, Double> after, Activity activity)
            throws IOException {
        var expired = outcomes.stream().filter(Client.Outcome::isExpired).toList();
        var late = expired.stream().mapToDouble(Client.Outcome::lateMillis).sorted().toArray();
        System.out.println();
        System.out.printf(Locale.ROOT, "requests %d, expired %d (marked %d, with an order's place %d), answers broken off %s%n",
                outcomes.size(), expired.size(), expired.stream().filter(Client.Outcome::marked).count(),
                expired.stream().filter(Client.Outcome::hasLocation).count(), broken);
        System.out.println("answers by status: "
                + outcomes.stream().collect(Collectors.groupingBy(Client.Outcome::status, TreeMap::new, Collectors.counting())));
        System.out.printf(Locale.ROOT,
                "answer after the deadline, at the client: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, most %.1f ms%n",
                at(late, 0.5), at(late, 0.99), at(late, 0.999), at(late, 1));
        System.out.printf("statements alive 50 ms after the longest budget: %d, after 1 s: %d (%d looks)%n",
                activity.late(), activity.veryLate(), activity.looks());
        activity.statements().forEach(it -> System.out.println("    " + it));
        System.out.println();
        System.out.println("| entry | worked past its deadline | longer than 50 ms | longer than 1 s | share of the expired without work after 50 ms |");
        System.out.println("|---|---|---|---|---|");
        for (var service : Component.services()) {
            for (var entry : List.of("http", "grpc", "gateway")) {
                var key = service.id() + " " + entry;
                var count = delta(before, after, key + " count");
                if (count > 0) {
                    var late50 = count - delta(before, after, key + " 0.05");
                    var late1000 = count - delta(before, after, key + " 1.0");
                    System.out.printf(
                            Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.3f %% |%n", key, count, late50, late1000,
                            100 * (1 - late50 / expired.size()));
                }
            }
        }
        System.out.println();
        for (var service : Component.services()) {
            if (after.containsKey(service.id() + " connections")) {
                System.out.printf("%s: %.0f connections (%.0f before), %.0f in use; %.0f live platform threads (%.0f before)%n",
                        service.id(), after.get(service.id() + " connections"), before.get(service.id() + " connections"),
                        after.get(service.id() + " active"), after.get(service.id() + " threads"),
                        before.get(service.id() + " threads"));
            }
        }
        System.out.println("resident together: " + platform.residentBytes().orElse(0) / 1_000_000 + " MB");
    }

    /** What the services' own meters say, by a name of ours. */
    private Map<String, Double> figures(Platform platform) throws IOException, InterruptedException {
        var figures = new LinkedHashMap<String, Double>();
        for (var service : Component.services()) {
            var text = scrape(platform.addresses().managementHttp(service));
            for (var line : text.lines().toList()) {
                var value = line.startsWith("#") ? 0 : Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                var name = line.split("[{ ]", 2)[0];
                var id = service.id();
                switch (name) {
                    case "meridian_deadline_after_expiry_seconds_bucket" ->
                        figures.merge(id + " " + tag(line, "entry") + " " + tag(line, "le"), value, Double::sum);
                    case "meridian_deadline_after_expiry_seconds_count" ->
                        figures.merge(id + " " + tag(line, "entry") + " count", value, Double::sum);
                    case "hikaricp_connections" -> figures.merge(id + " connections", value, Double::sum);
                    case "hikaricp_connections_active" -> figures.merge(id + " active", value, Double::sum);
                    case "jvm_threads_live_threads" -> figures.merge(id + " threads", value, Double::sum);
                    default -> {}
                }
            }
        }
        return figures;
    }

    private String scrape(URI management) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(management.resolve("/actuator/prometheus")).build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private static String tag(String line, String tag) {
        var start = line.indexOf(tag + "=\"");
        return start < 0 ? "" : line.substring(start + tag.length() + 2, line.indexOf('"', start + tag.length() + 2));
    }

    private static double delta(Map<String, Double> before, Map<String, Double> after, String key) {
        return after.getOrDefault(key, 0.0) - before.getOrDefault(key, 0.0);
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }

    private static void say(String sentence) {
        System.err.println("== " + sentence);
    }
}
