package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script in a repository of its own with a space in its path, with a JDK and a Maven that only say what they were asked. */
class ScriptTest {

    private static final Path SCRIPT = Path.of("..", "meridian").toAbsolutePath().normalize();
    private static final List<String> SERVICES =
            List.of("inventory-service", "payment-service", "order-service", "gateway");

    @TempDir
    private Path directory;

    private Path repository;
    private Path jdk;
    private Path maven;

    @BeforeEach
    void layOut() throws IOException {
        repository = Files.createDirectories(directory.resolve("a repository"));
        // The places of this machine's own JDKs are hidden, so that only the test's are found.
        var script = Files.readString(SCRIPT)
                .replace("/usr/lib/jvm/*", "/nonexistent/*")
                .replace(" /opt/*", "")
                .replace("/usr/libexec/java_home", "/nonexistent/java_home");
        executable(repository.resolve("meridian"), script);
        var pages = "local/src/main/resources/io/meridian/local/cli/help";
        Files.createDirectories(repository.resolve(pages));
        for (var page : List.of("meridian", "up", "order", "status", "logs", "doctor", "down")) {
            Files.copy(
                    SCRIPT.resolveSibling(pages).resolve(page + ".txt"),
                    repository.resolve(pages).resolve(page + ".txt"));
        }
        jdk = jdk("a jdk", "25.0.1");
        maven = executable(directory.resolve("mvn"), """
                #!/bin/sh
                [ "$1" != -version ] || exit 0
                echo "[INFO] Building $*"
                [ -z "${FAIL:-}" ] || { echo "[ERROR] cannot find symbol"; exit 1; }
                """);
        sources();
    }

    static List<String> shells() {
        return List.of("/bin/dash", "/bin/bash", "/bin/sh").stream()
                .filter(it -> Files.isExecutable(Path.of(it)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theToolIsGivenTheArgumentsAsTheyWere(String shell) throws Exception {
        packaged("local", "meridian-local-0.jar");

        var run = run(shell, directory, Map.of(), "order", "--customer", "a b", "--sku", "*");

        assertThat(run.exit).as(run.output).isZero();
        assertThat(run.output).endsWith("io.meridian.local.cli.Meridian|order|--customer|a b|--sku|*|\n");
        assertThat(run.output).contains("-cp|" + repository.resolve("local/target/meridian-local-0.jar"));
    }

    @Test
    void withoutAJdkOneLineSaysHowToGetOne() throws Exception {
        packaged("local", "meridian-local-0.jar");

        var run = run("/bin/sh", directory, Map.of("MERIDIAN_JAVA_HOME", ""), "status");

        assertThat(run.exit).isEqualTo(3);
        assertThat(run.output.lines()).singleElement().asString().contains("JDK 25").contains("install");
    }

    @Test
    void aJdkOfAnotherReleaseIsNone() throws Exception {
        var old = jdk("old", "17.0.1");

        var run = run("/bin/sh", directory, Map.of("MERIDIAN_JAVA_HOME", old.toString()), "status");

        assertThat(run.exit).isEqualTo(3);
    }

    @Test
    void aJdkOfToolsThatKeepThemAtHomeIsFound() throws Exception {
        packaged("local", "meridian-local-0.jar");
        var home = directory.resolve("someone's home");
        Files.createDirectories(home.resolve(".sdkman/candidates/java"));
        Files.createSymbolicLink(home.resolve(".sdkman/candidates/java/25-tem"), jdk);

        var run = run("/bin/sh", directory, Map.of("MERIDIAN_JAVA_HOME", "", "HOME", home.toString()), "status");

        assertThat(run.exit).as(run.output).isZero();
    }

    @Test
    void helpNeedsNoJdkAndNoBuild() throws Exception {
        var without = Map.of("MERIDIAN_JAVA_HOME", "", "MERIDIAN_MVN", "/nonexistent/mvn");

        assertThat(run("/bin/sh", directory, without, "help").output).contains("Usage: ./meridian COMMAND");
        assertThat(run("/bin/sh", directory, without, "up", "--help").output).contains("Usage: ./meridian up");
        assertThat(run("/bin/sh", directory, without, "help", "order").output).contains("Usage: ./meridian order");
        assertThat(run("/bin/sh", directory, without, "help").exit).isZero();
        assertThat(run("/bin/sh", directory, without).exit).isEqualTo(2);
        assertThat(run("/bin/sh", directory, without, "toast").exit).isEqualTo(2);
    }

    @Test
    void itWorksFromAnyDirectoryAndThroughALink() throws Exception {
        packaged("local", "meridian-local-0.jar");
        var bin = Files.createDirectories(directory.resolve("bin dir"));
        Files.createSymbolicLink(bin.resolve("hop"), Path.of("..", "a repository", "meridian"));
        Files.createSymbolicLink(bin.resolve("meridian"), Path.of("hop"));

        var run = runScript("/bin/sh", bin.resolve("meridian"), Path.of("/"), Map.of(), "status");

        assertThat(run.exit).as(run.output).isZero();
        assertThat(run.output).contains(repository.toString());
    }

    @Test
    void upBuildsWhatIsMissingAndNothingTwice() throws Exception {
        var first = run("/bin/sh", directory, Map.of(), "up");
        // The Maven of this test packages nothing, so the tool is still missing and that must not be a crash of the shell.
        assertThat(Files.readString(repository.resolve(".meridian/build.log")))
                .contains("-pl local,inventory-service,payment-service,order-service,gateway -am package");
        assertThat(first.exit).isNotZero();

        packageAll();
        Files.delete(repository.resolve(".meridian/build.log"));
        var second = run("/bin/sh", directory, Map.of(), "up");
        assertThat(second.exit).as(second.output).isZero();
        assertThat(repository.resolve(".meridian/build.log")).doesNotExist();
    }

    @Test
    void upBuildsWhatIsOlderThanItsSourcesAndOnlyThat() throws Exception {
        packageAll();
        touch(repository.resolve("order-service/src/main/java/Changed.java"), Instant.now().plusSeconds(5));

        run("/bin/sh", directory, Map.of(), "up");

        assertThat(Files.readString(repository.resolve(".meridian/build.log"))).contains("-pl order-service -am");
    }

    @Test
    void aChangedLibraryBuildsAllServices() throws Exception {
        packageAll();
        touch(repository.resolve("libs/outbox/src/main/java/Changed.java"), Instant.now().plusSeconds(5));

        run("/bin/sh", directory, Map.of(), "up");

        assertThat(Files.readString(repository.resolve(".meridian/build.log")))
                .contains("-pl inventory-service,payment-service,order-service,gateway -am");
    }

    @Test
    void whatStopsThePlatformWorksWhileTheSourcesDoNot() throws Exception {
        packageAll();
        touch(repository.resolve("local/src/main/java/Changed.java"), Instant.now().plusSeconds(5));

        var run = run("/bin/sh", directory, Map.of("FAIL", "yes"), "down");

        assertThat(run.exit).as(run.output).isZero();
        assertThat(repository.resolve(".meridian/build.log")).doesNotExist();
    }

    @Test
    void aBuildThatFailsShowsTheEndOfItsLog() throws Exception {
        var run = run("/bin/sh", directory, Map.of("FAIL", "yes"), "up");

        assertThat(run.exit).isEqualTo(1);
        assertThat(run.output).contains("the build failed").contains("build.log").contains("cannot find symbol");
    }

    @Test
    void withoutMavenOneLineSaysHowToGetIt() throws Exception {
        var run = run("/bin/sh", directory, Map.of("MERIDIAN_MVN", "/nonexistent/mvn"), "up");

        assertThat(run.exit).isEqualTo(3);
        assertThat(run.output.lines()).singleElement().asString().contains("Maven").contains("install");
    }

    private record Run(int exit, String output) {}

    private Run run(String shell, Path from, Map<String, String> environment, String... arguments) throws Exception {
        return runScript(shell, repository.resolve("meridian"), from, environment, arguments);
    }

    private Run runScript(String shell, Path script, Path from, Map<String, String> environment, String... arguments)
            throws Exception {
        var command = new ArrayList<>(List.of(shell, script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", "/usr/bin:/bin",
                        "HOME", "/nonexistent",
                        "MERIDIAN_JAVA_HOME", jdk.toString(),
                        "MERIDIAN_MVN", maven.toString()));
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output);
    }

    private Path jdk(String name, String version) throws IOException {
        var home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/sh\n");
        executable(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s|' \"$@\"; echo\n");
        return home;
    }

    private void sources() throws IOException {
        var longAgo = Instant.now().minus(Duration.ofDays(1));
        touch(repository.resolve("pom.xml"), longAgo);
        for (var room : List.of("contracts", "libs/outbox", "libs/edges", "observability", "local")) {
            touch(repository.resolve(room).resolve("pom.xml"), longAgo);
            touch(repository.resolve(room).resolve("src/main/java/Source.java"), longAgo);
        }
        for (var service : SERVICES) {
            touch(repository.resolve(service).resolve("pom.xml"), longAgo);
            touch(repository.resolve(service).resolve("src/main/java/Source.java"), longAgo);
        }
    }

    private void packageAll() throws IOException {
        packaged("local", "meridian-local-0.jar");
        for (var service : SERVICES) {
            packaged(service, service + "-0-app.jar");
        }
    }

    private void packaged(String room, String jar) throws IOException {
        touch(repository.resolve(room).resolve("target").resolve(jar), Instant.now());
    }

    private static void touch(Path file, Instant at) throws IOException {
        Files.createDirectories(file.resolveSibling(".").normalize());
        Files.write(file, new byte[0]);
        Files.setLastModifiedTime(file, FileTime.from(at));
    }

    private static Path executable(Path file, String content) throws IOException {
        Files.createDirectories(file.resolveSibling(".").normalize());
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
