package io.meridian.system.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import io.meridian.system.nemesis.Arena;
import io.meridian.system.nemesis.Catalogue;
import io.meridian.system.nemesis.Fault;
import io.meridian.system.nemesis.Link;
import io.meridian.system.nemesis.LinkFault;
import io.meridian.system.nemesis.Unproven;
import io.meridian.system.proxy.ProxyClient;
import io.meridian.system.proxy.ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A campaign that fits into every build: a fault on each link, six of processes, three schedules by chance. {@code system-tests/campaign}
 * is the long one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReliabilityIT {

    /** Beside the platforms of the other tests, see RunningPlatform. */
    private static final int PORT_OFFSET = Integer.getInteger("meridian.port-offset", 12_000) + 400;

    private final ProxyServer proxies;
    private final Platform platform;
    private final Arena arena;
    private final Catalogue catalogue;
    private final Trial trial;

    ReliabilityIT() throws IOException {
        var root = Path.of(System.getProperty("meridian.root", "..")).toAbsolutePath().normalize();
        var home = Files.createTempDirectory("meridian-reliability");
        var addresses = new Addresses(PORT_OFFSET);
        proxies = ProxyServer.at(0);
        platform = Platform.at(PlatformSettings.passing(root, home, PORT_OFFSET, Map.of()).linked(Link.proxied(addresses)));
        arena = new Arena(platform, new ProxyClient(proxies.uri()));
        catalogue = new Catalogue(arena);
        trial = new Trial(arena, catalogue, Files.createDirectory(home.resolve("histories")));
        Link.create(arena.proxies(), addresses);
        platform.up(Progress.SILENT);
    }

    @AfterAll
    void down() {
        trial.close();
        arena.close();
        platform.down(Progress.SILENT);
        proxies.close();
    }

    /**
     * The negative control of the proofs: where nothing was done, none of them can be had for long. A busy machine answers late or not at all by
     * itself for a moment, which is what a slow or silent link looks like; a proof that is no proof is had every time.
     */
    @Test
    @Order(1)
    void noFaultProvesThatItTookBeforeItIsInjected() throws Exception {
        try (var links = Executors.newFixedThreadPool(2);
                var others = Executors.newVirtualThreadPerTaskExecutor()) {
            var proofs = new ArrayList<Future<String>>();
            for (var name : catalogue.all()) {
                var fault = catalogue.make(name);
                proofs.add((fault instanceof LinkFault ? links : others).submit(() -> provenEachTime(fault)));
            }
            var given = new ArrayList<String>();
            for (var proof : proofs) {
                given.add(proof.get());
            }
            assertThat(given).containsOnly("");
        }
    }

    /** The last of twenty proofs; empty if one of them could not be had. */
    private static String provenEachTime(Fault fault) throws Exception {
        var proof = "";
        for (int i = 0; i < 20; i++) {
            try {
                proof = fault.name() + ": " + fault.proofThatItTook();
            } catch (Unproven | IllegalStateException nothing) {
                return "";
            }
        }
        return proof;
    }

    @Test
    @Order(2)
    void ordersSurviveAFaultOnEachLink() throws Exception {
        var kinds = List.of(LinkFault.Kind.SLOW, LinkFault.Kind.CUT, LinkFault.Kind.RESET, LinkFault.Kind.SILENT);
        var cells = IntStream.range(0, Link.values().length)
                .mapToObj(it -> new LinkFault(arena, Link.values()[it], kinds.get(it % kinds.size())).name())
                .toList();

        requireSound(trial.run(Schedule.inTurn(cells, 1)));
    }

    @Test
    @Order(3)
    void ordersSurviveSixFaultsOfProcesses() throws Exception {
        var names = List.of(
                "duplicate and reorder orders.v1",
                "pause payment-service",
                "flush redis",
                "drop replication slot of order-service",
                "kill inventory-service",
                "end database sessions of order-service");

        requireSound(trial.run(Schedule.inTurn(names, 2)));
    }

    @ParameterizedTest
    @Order(4)
    @ValueSource(longs = {3, 17, 29})
    void ordersSurviveWhatChanceBrings(long seed) throws Exception {
        var quick = catalogue.all().stream()
                .filter(it -> catalogue.make(it).lastsAtLeast().isZero())
                .toList();

        requireSound(trial.run(Schedule.random(seed, quick, catalogue::make)));
    }

    private static void requireSound(Outcome outcome) {
        assertThat(outcome.violations()).as(outcome.schedule().words()).isEmpty();
        assertThat(outcome.voidBecause()).as(outcome.schedule().words()).isEmpty();
        assertThat(outcome.acknowledged()).as("orders were placed meanwhile").isPositive();
    }
}
