package io.meridian.benchmarks.incident;

import io.meridian.benchmarks.incident.Sample.Answer;
import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Every service restarted in turn under load. */
@Command(
        name = "benchmarks/rolling-restart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a platform with two instances of each service, sends it orders and reads at a fixed rate through whichever gateway says that it is",
            "ready, as a load balancer would, and restarts one instance after the other: SIGTERM, wait for its end, start, wait until it",
            "is ready. Nothing is repeated by the client. Prints requests that failed, while which instance was restarted, and whether stock and",
            "money agree with what was confirmed when all is done. Then it kills half of the consumers, and has a thousand clients reset their",
            "connections at once."
        })
final class RollingRestart implements Runnable {

    /** A second instance of a service adds this to its ports, by contract. */
    private static final int SECOND = 100;

    /** Between two looks of the load balancer. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final Duration BOUND = Duration.ofSeconds(120);

    /** Of the crowd that leaves at once. */
    private static final int IDLE = 900;

    private static final int ORDERING = 100;

    @Option(names = "--rate", defaultValue = "50", description = "requests a second, a third of them orders (${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--drain", defaultValue = "1s", description = "meridian.edges.drain of all services (${DEFAULT-VALUE}); 0s shows what it is for")
    private String drain = "1s";

    @Option(names = "--rounds", defaultValue = "1", description = "how often all are restarted (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--port-offset", defaultValue = "18000", description = "by how much all ports are shifted (${DEFAULT-VALUE})")
    private int portOffset;

    @Option(names = "--report", description = "a directory in which rolling-restart.md is written")
    private @Nullable Path report;

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    private final StringBuilder text = new StringBuilder();
    private final Map<URI, Customers> customers = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private volatile List<URI> ready = List.of();
    private volatile String during = "";
    private volatile boolean over;

    /** What was restarted when it went wrong, and how. */
    private record Step(String name, Duration stopped, Duration started) {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new RollingRestart()).execute(args));
    }

    @Override
    public void run() {
        try {
            root = root.toAbsolutePath().normalize();
            var first = new Addresses(portOffset);
            var second = new Addresses(portOffset + SECOND);
            var environment = environment(first, second);
            var one = Platform.at(PlatformSettings.passing(root, Files.createTempDirectory("meridian-rolling-1"), first.offset(), environment));
            var two = Platform.at(PlatformSettings.passing(root, Files.createTempDirectory("meridian-rolling-2"), second.offset(), environment));
            say("starting two instances of each service");
            one.up(Progress.SILENT);
            try {
                Component.services().forEach(two::start);
                measure(one, two);
            } finally {
                Component.services().forEach(two::stop);
                one.down(Progress.SILENT);
            }
            if (report != null) {
                Files.createDirectories(report);
                Files.writeString(report.resolve("rolling-restart.md"), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> environment(Addresses first, Addresses second) {
        var environment = new HashMap<String, String>();
        environment.put("MERIDIAN_EDGES_DRAIN", drain);
        environment.put("MERIDIAN_POSTGRES", first.address(Component.POSTGRES));
        environment.put("MERIDIAN_KAFKA", first.address(Component.KAFKA));
        environment.put("MERIDIAN_REDIS_PORT", Integer.toString(first.of(Component.REDIS)));
        for (var service : List.of(Component.ORDER, Component.INVENTORY, Component.PAYMENT)) {
            var name = "MERIDIAN_" + service.shortName().toUpperCase(Locale.ROOT);
            environment.put(name + "_HTTP", both(first, second, it -> it.http(service).toString()));
            environment.put(name + "_GRPC", both(first, second, it -> it.grpcAddress(service)));
        }
        return environment;
    }

    private static String both(Addresses first, Addresses second, Function<Addresses, String> address) {
        return address.apply(first) + "," + address.apply(second);
    }

    private void measure(Platform one, Platform two) {
        var gateways = Map.of(
                one.addresses().http(Component.GATEWAY), one.addresses().managementHttp(Component.GATEWAY),
                two.addresses().http(Component.GATEWAY), two.addresses().managementHttp(Component.GATEWAY));
        gateways.keySet().forEach(it -> customers.put(it, new Customers(it)));
        var balancer = Thread.ofPlatform().name("load-balancer").start(() -> balance(gateways));
        try {
            say("warming up");
            await(() -> ready.size() == 2, "both gateways are ready");
            var _ = Traffic.of(rate, Duration.ofSeconds(20), this::request);
            var confirmedBefore = Books.of(one.addresses()).confirmed();
            say("restarting");
            var traffic = CompletableFuture.supplyAsync(
                    () -> whileRestarting(), task -> Thread.ofPlatform().name("traffic").start(task));
            var steps = new ArrayList<Step>();
            pause(Duration.ofSeconds(3));
            for (var round = 0; round < rounds; round++) {
                for (var service : List.of(Component.INVENTORY, Component.PAYMENT, Component.ORDER, Component.GATEWAY)) {
                    steps.add(restart(one, service, service.title() + " 1"));
                    steps.add(restart(two, service, service.title() + " 2"));
                }
            }
            pause(Duration.ofSeconds(3));
            over = true;
            tell(one, traffic.join(), steps, confirmedBefore);
            during = "";
            var upheavals = new Upheavals(one.addresses(), this::line);
            say("killing half of the consumers");
            upheavals.killConsumers(two, () -> Traffic.of(rate, Duration.ofSeconds(45), this::request));
            say("a crowd that leaves");
            pause(Duration.ofSeconds(5));
            upheavals.leaveAtOnce(
                    one.addresses().http(Component.GATEWAY), IDLE, ORDERING, () -> Traffic.of(rate, Duration.ofSeconds(15), this::request));
        } finally {
            over = true;
            balancer.interrupt();
        }
    }

    /** Many short samples, so that each failure is of what was restarted at its beginning. */
    private List<Sample> whileRestarting() {
        var samples = new ArrayList<Sample>();
        var pending = new ArrayList<CompletableFuture<Sample>>();
        while (!over) {
            var name = during;
            var began = System.nanoTime();
            pending.add(CompletableFuture.supplyAsync(
                    () -> named(name, Traffic.of(rate, Duration.ofSeconds(1), this::request)),
                    task -> Thread.ofPlatform().name("second").start(task)));
            pause(Duration.ofNanos(TimeUnit.SECONDS.toNanos(1) - (System.nanoTime() - began)));
        }
        pending.forEach(it -> samples.add(it.join()));
        return samples;
    }

    private static Sample named(String during, Sample sample) {
        return new Sample(
                sample.sortedNanos(),
                sample.failures().entrySet().stream().collect(Collectors.toMap(it -> it.getKey() + during, Map.Entry::getValue)));
    }

    private Answer request(int number) {
        var targets = ready;
        if (targets.isEmpty()) {
            return new Answer(0, "no gateway is ready");
        }
        var one = Objects.requireNonNull(customers.get(targets.get(number % targets.size())));
        return number % 3 == 0 ? one.order() : one.look();
    }

    private Step restart(Platform platform, Component service, String name) {
        say("restarting %s", name);
        during = " while " + name + " was restarted";
        var began = System.nanoTime();
        platform.stop(service);
        var stopped = System.nanoTime();
        platform.start(service);
        var step = new Step(name, Duration.ofNanos(stopped - began), Duration.ofNanos(System.nanoTime() - stopped));
        // Whoever chooses among instances finds it again before the next one goes.
        pause(Duration.ofSeconds(3));
        return step;
    }

    /** What a load balancer does: an instance that does not say that it is ready gets nothing. */
    private void balance(Map<URI, URI> gateways) {
        while (!Thread.currentThread().isInterrupted()) {
            ready = gateways.keySet().stream().sorted().filter(it -> isReady(gateways.get(it))).toList();
            pause(LOOK);
        }
    }

    private boolean isReady(@Nullable URI management) {
        if (management == null) {
            return false;
        }
        var request = HttpRequest.newBuilder(management.resolve("/readyz")).timeout(Duration.ofSeconds(1)).build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tell(Platform one, List<Sample> samples, List<Step> steps, long confirmedBefore) {
        var all = Sample.together(samples);
        line("# Every service restarted under load");
        line("");
        line("Written by `benchmarks/rolling-restart --rate %d --drain %s --rounds %d --report docs/evidence`; %d processors, load average %.1f at its end."
                .formatted(
                        rate,
                        drain,
                        rounds,
                        Runtime.getRuntime().availableProcessors(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        line("Two instances of each of the four services on one machine; %d requests a second, a third of them orders, to the gateways that say that they are ready".formatted(rate));
        line("(looked at every %d ms); each instance in turn SIGTERM, ended, started, ready. The client repeats nothing.".formatted(LOOK.toMillis()));
        line("");
        line("| restarted | SIGTERM to its end, s | start to ready, s |");
        line("|---|---|---|");
        steps.forEach(it -> line("| %s | %.1f | %.1f |".formatted(it.name, it.stopped.toMillis() / 1e3, it.started.toMillis() / 1e3)));
        line("");
        line("Requests **%d**, failed **%d** %s; p50 %.0f ms, p95 %.0f ms, p99 %.0f ms."
                .formatted(all.total(), all.failed(), all.failures(), all.millis(0.5), all.millis(0.95), all.millis(0.99)));
        line("");
        var books = Books.settled(one.addresses(), BOUND);
        line("Orders confirmed meanwhile %d. In the end %s: **%s**."
                .formatted(
                        books.confirmed() - confirmedBefore,
                        books,
                        books.agree() ? "every event of every order took effect, once" : "they do not agree"));
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, String what) {
        var until = System.nanoTime() + BOUND.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("within two minutes it did not come true that " + what);
            }
            pause(Duration.ofMillis(250));
        }
    }

    static void pause(Duration time) {
        try {
            if (time.isPositive()) {
                Thread.sleep(time);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void line(String line) {
        System.out.println(line);
        text.append(line).append('\n');
    }

    private static void say(String what, Object... with) {
        System.err.println(what.formatted(with));
    }
}
