package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedProcessIT {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path directory = Path.of("set by JUnit");

    @AfterEach
    void nothingStays() {
        owned().kill();
    }

    @Test
    void launchedProcessIsFoundByAnotherRun() {
        var launched = owned().launch(launch("exec sleep 300", Lifetime.ITS_OWN));

        assertThat(owned().find()).contains(launched);
    }

    @Test
    void processLeadsItsOwnSession() {
        var launched = owned().launch(launch("exec sleep 300", Lifetime.ITS_OWN));

        await().atMost(BOUND).until(() -> session(launched).equals(Long.toString(launched.pid())));
    }

    /** The sixth field of proc(5) stat; the second may hold spaces. */
    private static String session(ProcessHandle process) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
    }

    @Test
    void pidThatBelongsToSomebodyElseNowIsNotTakenForOurs() throws IOException {
        var me = ProcessHandle.current();
        Files.writeString(pidFile(), me.pid() + " 00000000-0000-0000-0000-000000000000+1\n");

        assertThat(owned().find()).isEmpty();
        owned().kill(); // reaches nobody: this test goes on
        assertThat(me.isAlive()).isTrue();
    }

    @Test
    void sameProcessUnderItsTrueBirthIsOurs() {
        owned().adopt(ProcessHandle.current());

        assertThat(owned().find()).contains(ProcessHandle.current());
        assertThat(pidFile().toFile().delete()).isTrue();
    }

    @Test
    void tornPidFileMeansNoProcess() throws IOException {
        for (var torn : List.of("", "12", "x y", "99999999999999999999 a")) {
            Files.writeString(pidFile(), torn);

            assertThat(owned().find()).as(torn).isEmpty();
        }
    }

    @Test
    void processThatIgnoresTheRequestIsKilledAfterItsGrace() {
        var stubborn = owned().launch(launch("trap '' TERM; echo up; while :; do sleep 1; done", Lifetime.ITS_OWN));
        await().atMost(BOUND).until(() -> Files.readString(log()).contains("up"));

        owned().stop(Duration.ofMillis(300));

        assertThat(Processes.isRunning(stubborn)).isFalse();
        assertThat(pidFile()).doesNotExist();
    }

    @Test
    void processThatHearsTheRequestEndsInOrder() {
        owned().launch(launch("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done", Lifetime.ITS_OWN));
        await().atMost(BOUND).until(() -> Files.readString(log()).contains("up"));

        owned().stop(BOUND);

        assertThat(log()).content().contains("bye");
    }

    @Test
    void killTakesWhatTheProcessStartedWithIt() {
        var parent = owned().launch(launch("sleep 300 & sleep 300 & wait", Lifetime.ITS_OWN));
        await().atMost(BOUND).until(() -> parent.descendants().count() == 2);
        var children = parent.descendants().toList();

        owned().kill();

        assertThat(children).noneMatch(Processes::isRunning);
    }

    @Test
    void processThatIsPausedDoesNothingMore() throws IOException {
        // A JVM: many threads, of which the first one stops before the others.
        var process = owned().launch(new Launch(
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Counter.class.getName()),
                Map.of(),
                directory,
                log(),
                Lifetime.ITS_OWN));
        await().atMost(BOUND).until(() -> log().toFile().length() > 0);

        owned().pause();

        assertThat(threadStates(process)).hasSizeGreaterThan(1).containsOnly("T");
    }

    @Test
    void frozenProcessGoesOnByItselfThoughWhoFrozeItIsGone() throws Exception {
        var process = owned().launch(launch("sleep 300 & wait", Lifetime.ITS_OWN));
        await().atMost(BOUND).until(() -> process.children().count() == 1);
        var child = process.children().findFirst().orElseThrow();

        java(Freezer.class, "5").waitFor();

        assertThat(owned().frozenUntil()).isPresent();
        assertThat(state(process)).isEqualTo("T");
        assertThat(state(child)).isEqualTo("T");
        await().atMost(BOUND).until(() -> !state(process).equals("T") && !state(child).equals("T"));
        assertThat(process.isAlive()).isTrue();
        await().atMost(BOUND).until(() -> owned().frozenUntil().isEmpty());
    }

    @Test
    void frozenProcessGoesOnWhenItIsToldToAndTheTimeOfAnotherFreezeIsItsOwn() throws Exception {
        var process = owned().launch(launch("exec sleep 300", Lifetime.ITS_OWN));

        owned().pauseFor(Duration.ofSeconds(1));
        owned().resume();
        assertThat(state(process)).isNotEqualTo("T");
        assertThat(owned().frozenUntil()).isEmpty();

        owned().pauseFor(Duration.ofSeconds(1));
        owned().pauseFor(Duration.ofSeconds(600));
        assertThat(directory.resolve("pid.thaw")).exists();
        assertThat(owned().frozenUntil().orElseThrow()).isAfter(Instant.now().plusSeconds(300));
        assertThat(state(process)).isEqualTo("T");

        var thaw = new OwnedProcess(directory.resolve("pid.thaw")).find().orElseThrow();
        owned().kill();
        assertThat(Processes.isRunning(thaw)).isFalse();
        assertThat(directory.resolve("pid.frozen")).doesNotExist();
    }

    @Test
    void whatDoesNotRunIsNotFrozen() {
        owned().pauseFor(Duration.ofSeconds(1));

        assertThat(owned().frozenUntil()).isEmpty();
        assertThat(directory.resolve("pid.frozen")).doesNotExist();
    }

    private static List<String> threadStates(ProcessHandle process) throws IOException {
        var states = new ArrayList<String>();
        try (var threads = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
            for (var thread : threads) {
                states.add(state(thread));
            }
        }
        return states;
    }

    private static String state(ProcessHandle process) throws IOException {
        return state(Path.of("/proc/" + process.pid()));
    }

    /** T is stopped. */
    private static String state(Path processOrThread) throws IOException {
        var stat = Files.readString(processOrThread.resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[0];
    }

    @Test
    void missingProgramIsNamed() {
        var launch = new Launch(
                List.of("/no/such/program"), Map.of(), directory.resolve("absent"), log(), Lifetime.ITS_OWN);

        assertThatThrownBy(() -> owned().launch(launch))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void processOfItsOwnLifetimeOutlivesAKilledParent() throws Exception {
        runParentAndKillIt(Lifetime.ITS_OWN);

        assertThat(owned().find()).isPresent();
    }

    @Test
    void processOfItsParentsLifetimeDiesWithAKilledParent() throws Exception {
        runParentAndKillIt(Lifetime.ITS_PARENTS);

        await().atMost(BOUND).until(() -> owned().find().isEmpty());
    }

    @Test
    void stubbornProcessOfItsParentsLifetimeDiesToo() throws Exception {
        runParentAndKillIt(Lifetime.ITS_PARENTS, "trap '' TERM; while :; do sleep 1; done");

        await().atMost(BOUND).until(() -> owned().find().isEmpty());
    }

    private void runParentAndKillIt(Lifetime lifetime) throws Exception {
        runParentAndKillIt(lifetime, "exec sleep 300");
    }

    private void runParentAndKillIt(Lifetime lifetime, String script) throws Exception {
        var parent = java(Parent.class, lifetime.name(), script);
        await().atMost(BOUND).until(() -> owned().find().isPresent() && Files.exists(directory.resolve("launched")));
        parent.destroyForcibly().waitFor();
    }

    private Process java(Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** A JVM whose threads never rest. */
    static final class Counter {

        private Counter() {}

        public static void main(String[] arguments) {
            Runnable count = () -> {
                for (var i = 0L; ; i++) {
                    if (i % 1_000_000 == 0) {
                        System.out.println(i);
                    }
                }
            };
            new Thread(count).start();
            new Thread(count).start();
        }
    }

    /** A JVM that freezes a process for a time and ends at once. */
    static final class Freezer {

        private Freezer() {}

        public static void main(String[] arguments) {
            new OwnedProcess(Path.of(arguments[0], "pid")).pauseFor(Duration.ofSeconds(Long.parseLong(arguments[1])));
            Runtime.getRuntime().halt(0);
        }
    }

    /** A JVM that launches a process and then waits to be killed. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            var directory = Path.of(arguments[0]);
            var launch = new Launch(
                    List.of("/bin/sh", "-c", arguments[2]),
                    Map.of(),
                    directory,
                    directory.resolve("log"),
                    Lifetime.valueOf(arguments[1]));
            new OwnedProcess(directory.resolve("pid")).launch(launch);
            Files.createFile(directory.resolve("launched"));
            Thread.currentThread().join();
        }
    }

    private OwnedProcess owned() {
        return new OwnedProcess(pidFile());
    }

    private Path pidFile() {
        return directory.resolve("pid");
    }

    private Path log() {
        return directory.resolve("log");
    }

    private Launch launch(String script, Lifetime lifetime) {
        return new Launch(List.of("/bin/sh", "-c", script), Map.of(), directory, log(), lifetime);
    }
}
