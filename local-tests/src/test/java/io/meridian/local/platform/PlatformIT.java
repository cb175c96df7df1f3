package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.local.parts.Lifetime;
import io.meridian.local.platform.ComponentStatus.Health;
import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real parts, and stand-ins for the services: what is proven is how processes are started, found again and stopped. */
class PlatformIT {

    /** A path with a space, as people have them. */
    @TempDir
    private static Path repository;

    @TempDir
    private Path homes;

    private final Remembering progress = new Remembering();
    private Path home;
    private int offset;
    private Platform platform;

    @BeforeAll
    static void packageServices() throws IOException {
        for (var service : Component.services()) {
            StandIn.packageInto(repository.resolve("a repository"), service, "1");
        }
    }

    @BeforeEach
    void choosePlace() {
        home = homes.resolve("a home");
        offset = Addresses.free().offset();
        platform = platform(Map.of());
    }

    @AfterEach
    void stop() {
        platform.down(Progress.SILENT);
    }

    @Test
    void everythingStartsIsFoundAgainAndStopsAndDataStays() {
        assertThat(platform.up(progress)).containsExactly(Component.values());
        assertThat(platform.status()).extracting(ComponentStatus::health).containsOnly(Health.READY);
        assertThat(platform.residentBytes().orElseThrow()).isBetween(100_000_000L, 3_000_000_000L);
        var before = pids(platform);

        // as a second command would see it, which knows nothing but the home
        var again = Platform.at(new PlatformSettings(
                root(), new Home(home), OptionalInt.empty(), Map.of(), Lifetime.ITS_PARENTS, false));
        assertThat(again.addresses().offset()).isEqualTo(offset);
        assertThat(again.up(progress)).isEmpty();
        assertThat(pids(again)).isEqualTo(before);

        platform.down(progress);
        assertThat(platform.runs()).isFalse();
        // None of them runs; the system may still be burying one.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> before.values().stream().noneMatch(it -> ProcessHandle.of(it).isPresent()));
        assertThat(home.resolve("postgres")).isNotEmptyDirectory();

        platform.forget();
        assertThat(home.resolve("postgres")).doesNotExist();
    }

    @Test
    void onlyWhatIsDeadOrWasBuiltAnewIsStarted() throws IOException {
        platform.up(progress);
        var before = pids(platform);
        platform.kill(Component.PAYMENT);
        platform.kill(Component.REDIS);
        StandIn.packageInto(root(), Component.ORDER, "2");

        var started = platform.up(progress);

        assertThat(started).containsExactly(Component.REDIS, Component.PAYMENT, Component.ORDER);
        assertThat(progress.notes).anyMatch(it -> it.contains("order-service runs an older build"));
        var after = pids(platform);
        for (var component : List.of(Component.POSTGRES, Component.KAFKA, Component.INVENTORY, Component.GATEWAY)) {
            assertThat(after.get(component)).isEqualTo(before.get(component));
        }
        StandIn.packageInto(root(), Component.ORDER, "1");
    }

    @Test
    void aServiceWhosePidFileWasLostIsFoundByItsPort() throws IOException {
        platform.up(progress);
        var before = pids(platform);
        Files.delete(home.resolve("run/gateway.pid"));
        Files.writeString(home.resolve("state.json"), "{");
        var warnings = ConcurrentHashMap.<String>newKeySet();

        platform = Platform.at(PlatformSettings.passing(root(), home, offset, Map.of()), warnings::add);
        platform.up(progress);

        assertThat(warnings).singleElement().asString().contains("state.json.unreadable");
        assertThat(progress.notes).contains("gateway of an earlier run was found again.");
        assertThat(platform.process(Component.POSTGRES).map(ProcessHandle::pid)).contains(before.get(Component.POSTGRES));
    }

    @Test
    void aPidThatBelongsToSomebodyElseByNowIsLeftAlone() throws IOException {
        Files.createDirectories(home.resolve("run"));
        var ourselves = ProcessHandle.current().pid();
        Files.writeString(home.resolve("run/gateway.pid"), ourselves + " another-boot+1\n");

        assertThat(platform.process(Component.GATEWAY)).isEmpty();
        platform.kill(Component.GATEWAY);
        platform.down(Progress.SILENT);

        assertThat(ProcessHandle.of(ourselves)).isPresent();
    }

    @Test
    void aTakenPortIsNamedWithItsHolderAndNothingIsStarted() throws IOException {
        var port = platform.addresses().grpc(Component.INVENTORY);
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(PlatformFailure.class)
                    .isThrownBy(() -> platform.up(progress))
                    .withMessageContaining("port " + port + " for inventory-service")
                    .withMessageContaining("process " + ProcessHandle.current().pid())
                    .withMessageContaining("--port-offset")
                    .satisfies(it -> assertThat(it.kind()).isEqualTo(Kind.BUSY));
        }

        assertThat(platform.runs()).isFalse();
    }

    @Test
    void aServiceThatDiesOnStartIsShownWithTheEndOfItsLogAndNothingIsLeftRunning() {
        platform = platform(Map.of(StandIn.BROKEN, "payment-service"));

        assertThatExceptionOfType(PlatformFailure.class)
                .isThrownBy(() -> platform.up(progress))
                .withMessageContaining("payment-service ended while it started")
                .satisfies(it -> assertThat(it.details()).contains("no such table"));

        assertThat(platform.runs()).isFalse();
    }

    @Test
    void aSecondRunOnTheSameHomeIsToldWhoHoldsIt() throws IOException {
        Files.createDirectories(home);
        try (var _ = HomeLock.acquire(new Home(home).lockFile(), "up")) {
            assertThatExceptionOfType(PlatformFailure.class)
                    .isThrownBy(() -> platform.up(progress))
                    .withMessageContaining("meridian up, PID");
        }
    }

    @Test
    void aHomeThatCannotBeAFolderIsNamed() throws IOException {
        Files.writeString(home, "a file");

        assertThatExceptionOfType(PlatformFailure.class)
                .isThrownBy(() -> platform.up(progress))
                .withMessageContaining(home.toString())
                .withMessageContaining("--home");
        Files.delete(home);
    }

    @Test
    void aServiceThatIsNotBuiltIsNamedWithHowToBuildIt() {
        var empty = Platform.at(PlatformSettings.passing(homes.resolve("empty"), home, offset, Map.of()));

        assertThatExceptionOfType(PlatformFailure.class)
                .isThrownBy(() -> empty.up(progress))
                .withMessageContaining("is not built")
                .satisfies(it -> assertThat(it.kind()).isEqualTo(Kind.MISSING));
        assertThat(empty.runs()).isFalse();
    }

    @Test
    void aPausedServiceRunsButIsNotReadyUntilItGoesOn() {
        platform.start(Component.PAYMENT);

        platform.pause(Component.PAYMENT);
        assertThat(health(Component.PAYMENT)).isEqualTo(Health.NOT_READY);

        platform.resume(Component.PAYMENT);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> health(Component.PAYMENT) == Health.READY);
    }

    private Health health(Component component) {
        return platform.status().stream()
                .filter(it -> it.component() == component)
                .findFirst()
                .orElseThrow()
                .health();
    }

    private Platform platform(Map<String, String> environment) {
        return Platform.at(PlatformSettings.passing(root(), home, offset, environment));
    }

    private static Path root() {
        return repository.resolve("a repository");
    }

    private static Map<Component, Long> pids(Platform platform) {
        var pids = new EnumMap<Component, Long>(Component.class);
        Arrays.stream(Component.values())
                .forEach(it -> platform.process(it).ifPresent(process -> pids.put(it, process.pid())));
        return pids;
    }

    /** Remembers what it was told. */
    private static final class Remembering implements Progress {

        private final java.util.Set<String> notes = ConcurrentHashMap.newKeySet();

        @Override
        public void begins(Component component) {}

        @Override
        public void done(Component component, Outcome outcome, Duration took) {}

        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }

        @Override
        public void interrupted() {}
    }
}
