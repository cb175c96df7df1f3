package io.meridian.benchmarks.breaker.sim;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.meridian.benchmarks.breaker.sim.Result.Task;
import io.meridian.benchmarks.breaker.sim.Scenario.Curve;
import io.meridian.benchmarks.breaker.sim.Scenario.Topology;
import io.meridian.benchmarks.breaker.sim.Scenario.Way;
import io.meridian.breaker.AdaptiveBreaker;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.Tuning;
import io.meridian.breaker.grpc.BreakerClientInterceptor;
import io.meridian.contracts.inventory.v1.GetProductRequest;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scenarios of the simulator, played before a real service. */
@Command(
        name = "benchmarks/breaker-live",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a platform, makes its inventory service as slow as a simulated one by the fault endpoint that ./meridian break uses,",
            "sends it gRPC calls with deadlines through the breaker's interceptor and without, and prints the goodput within deadline",
            "beside what the simulator says of the same service; 90 s for each scenario and way."
        })
final class OnProcesses implements Runnable {

    private static final String TARGET = "inventory.getproduct";

    /** What a real call costs beside the fault would be felt by faster services; this one is slow enough, and this machine can feed it. */
    private static final Topology TOPOLOGY = new Topology(
            80, 1, 4, 25, Demand.LOGNORMAL, 2_000, List.of(100.0, 300.0, 1_000.0), List.of(0.2, 0.6, 0.2), true);

    /** @param bad the fault while the weather is bad */
    private record Play(Scenario scenario, String bad) {}

    private static final List<Play> PLAYS = List.of(
            new Play(
                    Scenario.calm("step4x", "every call is four times the work").withSlowness(Curve.duringFault(4)),
                    "{\"target\":\"%s\",\"latencyMs\":100,\"spread\":0.5,\"workers\":4,\"forSeconds\":600}"),
            new Play(
                    Scenario.calm("brownout", "a quarter of the workers is left").withWorkers(Curve.duringFault(0.25)),
                    "{\"target\":\"%s\",\"latencyMs\":25,\"spread\":0.5,\"workers\":1,\"forSeconds\":600}"),
            new Play(
                    Scenario.calm("errors50", "half of the calls fail").withErrors((at, _) -> Scenario.isFault(at) ? 0.5 : 0),
                    "{\"target\":\"%s\",\"latencyMs\":25,\"spread\":0.5,\"workers\":4,\"errorRate\":0.5,\"forSeconds\":600}"),
            new Play(
                    Scenario.calm("blackhole", "no call is answered")
                            .withOutage((at, _) -> Scenario.isFault(at) ? Way.SILENT : Way.UP),
                    "{\"target\":\"%s\",\"hang\":true,\"forSeconds\":600}"));

    private static final String GOOD =
            "{\"target\":\"%s\",\"latencyMs\":25,\"spread\":0.5,\"workers\":4,\"forSeconds\":600}";

    private final HttpClient http = HttpClient.newHttpClient();

    @Option(names = "--root", defaultValue = ".", description = "the root of the repository (${DEFAULT-VALUE})")
    private Path root = Path.of(".");

    @Option(names = "--seeds", defaultValue = "50", description = "of the simulation (${DEFAULT-VALUE})")
    private int seeds;

    @Option(names = "--scenario", split = ",", description = "which ones; all four unless told otherwise")
    private List<String> chosen = List.of();

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new OnProcesses()).execute(args));
    }

    @Override
    public void run() {
        var platform = platform();
        try {
            platform.up(Progress.SILENT);
            var channel = ManagedChannelBuilder.forTarget(platform.addresses().grpcAddress(Component.INVENTORY))
                    .usePlaintext()
                    .build();
            var faults = platform.addresses().managementHttp(Component.INVENTORY).resolve("/actuator/faults");
            set(faults, GOOD);
            play(channel, 10, _ -> {}); // what has been compiled by then is compiled
            System.out.println("| scenario | way | live | simulated | live ÷ simulated | after it, live | after it, simulated |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (var each : PLAYS) {
                if (chosen.isEmpty() || chosen.contains(each.scenario.name())) {
                    compare(each, faults, "none", channel, Contender.NONE);
                    compare(each, faults, "breaker", guarded(channel), Contender.OURS);
                }
            }
            channel.shutdownNow();
        } finally {
            platform.down(Progress.SILENT);
        }
    }

    private void compare(Play each, URI faults, String way, Channel channel, Contender contender) {
        set(faults, GOOD);
        var live = play(channel, Scenario.END, seconds -> set(faults, Scenario.isFault(seconds) ? each.bad : GOOD));
        var scenario = each.scenario.on(TOPOLOGY);
        var simulated = new Task(contender, new Cell(scenario, 1, 1)).over(seeds);
        var good = live.goodput(Scenario.FAULT, Scenario.HEAL);
        System.out.printf(
                "| %s | %s | %.3f | %.3f | %s | %.3f | %.3f |%n",
                scenario.name(),
                way,
                good,
                simulated.goodput(),
                simulated.goodput() == 0 ? "-" : "%.2f".formatted(good / simulated.goodput()),
                live.goodput(Scenario.HEAL, Scenario.END),
                simulated.mean(Score::goodputAfter));
    }

    /** Told when the weather changes. */
    private interface Weather {
        void changed(double seconds);
    }

    /** Calls come as they come, answered or not. */
    private static Live play(Channel channel, double seconds, Weather weather) {
        var live = new Live();
        var random = new SplittableRandom(1);
        var began = System.nanoTime();
        var bad = false;
        var next = 0.0;
        while (next < seconds) {
            var until = began + (long) (next * 1e9);
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
            if (Scenario.isFault(next) != bad) {
                bad = !bad;
                weather.changed(next);
            }
            live.call(channel, next, budgetNanos(random.nextDouble()));
            next -= Math.log1p(-random.nextDouble()) / TOPOLOGY.perSecond();
        }
        live.under.arriveAndAwaitAdvance();
        return live;
    }

    private static long budgetNanos(double drawn) {
        var left = drawn;
        var which = 0;
        while (which < TOPOLOGY.budgetShares().size() - 1 && left >= TOPOLOGY.budgetShares().get(which)) {
            left -= TOPOLOGY.budgetShares().get(which++);
        }
        return (long) (TOPOLOGY.budgetMillis().get(which) * 1e6);
    }

    /** What became of the calls, by the second in which they came. */
    private static final class Live {

        private static final int SECONDS = (int) Scenario.END;

        private final AtomicIntegerArray offered = new AtomicIntegerArray(SECONDS);
        private final AtomicIntegerArray good = new AtomicIntegerArray(SECONDS);
        private final Phaser under = new Phaser(1);

        void call(Channel channel, double seconds, long budgetNanos) {
            offered.incrementAndGet((int) seconds);
            under.register();
            var call = channel.newCall(
                    InventoryServiceGrpc.getGetProductMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(budgetNanos, NANOSECONDS));
            var question = GetProductRequest.newBuilder().setSku("SKU-0001").build();
            ClientCalls.asyncUnaryCall(call, question, new StreamObserver<>() {
                private boolean answered;

                @Override
                public void onNext(Product product) {
                    answered = true;
                }

                @Override
                public void onError(Throwable fault) {
                    under.arriveAndDeregister();
                }

                @Override
                public void onCompleted() {
                    if (answered) {
                        good.incrementAndGet((int) seconds);
                    }
                    under.arriveAndDeregister();
                }
            });
        }

        double goodput(double from, double to) {
            var of = 0;
            var in = 0;
            for (var second = (int) from; second < (int) to; second++) {
                of += offered.get(second);
                in += good.get(second);
            }
            return (double) in / of;
        }
    }

    private static Channel guarded(ManagedChannel channel) {
        return ClientInterceptors.intercept(channel, new BreakerClientInterceptor(new Fresh()));
    }

    /** Breakers that know nothing yet. */
    private static final class Fresh implements Breakers {

        private final Map<String, Breaker> known = new ConcurrentHashMap<>();

        @Override
        public Breaker named(String name) {
            return known.computeIfAbsent(name, it -> new AdaptiveBreaker(
                    it,
                    Tuning.USUAL,
                    System::nanoTime,
                    () -> ThreadLocalRandom.current().nextLong(),
                    BreakerListeners.NONE,
                    AdaptiveBreaker.Follower.NONE));
        }

        @Override
        public Collection<Breaker> all() {
            return new ArrayList<>(known.values());
        }
    }

    private void set(URI faults, String fault) {
        var request = HttpRequest.newBuilder(faults)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(fault.formatted(TARGET)))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(faults + " answered " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no fault could be set at " + faults, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a fault was set", e);
        }
    }

    private Platform platform() {
        try {
            var settings = new HashMap<String, String>();
            settings.put("MERIDIAN_FAULTS_ENABLED", "true");
            // The simulated service has no door that sheds: what the client does is to be seen.
            settings.put("MERIDIAN_BREAKER_SHEDDING_ENABLED", "false");
            return Platform.at(PlatformSettings.passing(
                    root.toAbsolutePath().normalize(), Files.createTempDirectory("meridian-breaker-live"), 7_000, settings));
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary home", e);
        }
    }
}
