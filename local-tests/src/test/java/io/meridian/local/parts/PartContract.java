package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every part promises. One process serves all claims of a class, because starting one takes longest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PartContract {

    static final Duration BOUND = Duration.ofSeconds(90);
    static final Path CACHE = Path.of("target/parts");

    private Path temporary = Path.of("set before all");
    private int port;

    abstract Part part(PartSettings settings);

    /** A new instance each time, as a new run of the command would have. */
    final Part part() {
        if (port == 0) {
            port = Ports.free();
        }
        return part(settings(temporary.resolve("part"), port));
    }

    static PartSettings settings(Path directory, int port) {
        return new PartSettings(directory, port, CACHE, Lifetime.ITS_PARENTS);
    }

    @BeforeAll
    void hasADirectory(@TempDir Path directory) {
        temporary = directory;
    }

    @BeforeEach
    void runs() {
        part().start();
        part().awaitReady(BOUND);
    }

    @AfterAll
    void ends() {
        part().kill();
    }

    @Test
    void startingWhatRunsChangesNothing() {
        var before = part().process();

        assertThat(part().start()).isEqualTo(Part.Started.RAN_ALREADY);
        assertThat(part().process()).isEqualTo(before).isPresent();
    }

    @Test
    void killedPartStartsAgain() {
        var before = part().process();

        part().kill();
        assertThat(part().process()).isEmpty();
        assertThat(part().isReady()).isFalse();

        assertThat(part().start()).isEqualTo(Part.Started.NEW);
        part().awaitReady(BOUND);
        assertThat(part().process()).isPresent().isNotEqualTo(before);
    }

    @Test
    void partKilledByAStrangerStartsAgain() {
        var process = part().process().orElseThrow();
        process.destroyForcibly();
        process.onExit().join();

        assertThat(part().start()).isEqualTo(Part.Started.NEW);
        part().awaitReady(BOUND);
    }

    @Test
    void stoppedPartIsGoneAndStoppingAgainDoesNothing() {
        part().stop(Duration.ofSeconds(30));
        part().stop(Duration.ofSeconds(30));

        assertThat(part().process()).isEmpty();
        assertThat(Ports.isTaken(part().port())).isFalse();
    }

    @Test
    void pausedPartIsNotReadyAndGoesOnWhereItStopped() {
        var before = part().process();

        part().pause();
        assertThat(part().isReady()).isFalse();
        part().resume();

        part().awaitReady(BOUND);
        assertThat(part().process()).isEqualTo(before);
    }

    @Test
    void pausedPartCanBeStopped() {
        part().pause();

        part().stop(Duration.ofSeconds(30));

        assertThat(part().process()).isEmpty();
    }

    @Test
    void orphanOfAKilledRunIsAdopted() throws IOException {
        var orphan = part().process();
        Files.delete(part().directory().resolve(part().name() + ".pid"));
        assertThat(part().process()).isEmpty();

        assertThat(part().start()).isEqualTo(Part.Started.ADOPTED);

        assertThat(part().process()).isEqualTo(orphan);
        assertThat(part().isReady()).isTrue();
    }

    @Test
    void takenPortIsRefusedWithTheNameOfWhoHasIt() throws IOException {
        int taken = Ports.free();
        try (var stranger = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            var other = part(settings(temporary.resolve("other"), stranger.getLocalPort()));

            assertThatThrownBy(other::start)
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining(other.name() + " wants port " + taken)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("java");
            assertThat(other.process()).isEmpty();
        }
    }

    @Test
    void runningPartOfSomebodyElseIsNotAdopted() {
        var other = part(settings(temporary.resolve("another"), part().port()));

        assertThatThrownBy(other::start).isInstanceOf(PortTakenException.class);
        assertThat(other.isReady()).isFalse();
    }

    @Test
    void directoryThatCannotBeWrittenIsRefused() throws IOException {
        var file = Files.createFile(temporary.resolve("file-" + System.nanoTime()));
        var other = part(settings(file.resolve("below"), Ports.free()));

        assertThatThrownBy(other::start)
                .isInstanceOf(PartException.class)
                .hasMessageContaining("Cannot write in " + file.toAbsolutePath());
    }

    @Test
    void runningPartKeepsItsDataFromBeingForgotten() {
        assertThatThrownBy(() -> part().forget()).isInstanceOf(PartException.class).hasMessageContaining("stop it before");

        part().stop(Duration.ofSeconds(30));
        part().forget();

        assertThat(part().directory()).doesNotExist();
    }
}
