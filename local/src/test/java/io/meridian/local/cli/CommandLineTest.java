package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {

    @TempDir
    private Path root;

    private final ByteArrayOutputStream prose = new ByteArrayOutputStream();
    private final ByteArrayOutputStream document = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up --fast",
                "up --port-offset many",
                "up --port-offset -1",
                "up --port-offset 60000",
                "up now",
                "order --quantity two",
                "order --sku",
                "order --deadline soon",
                "order --deadline -5",
                "order --deadline 123456789",
                "order --deadline 1.2345",
                "order --deadline 1e3",
                "order --deadline",
                "logs toaster",
                "logs -n",
                "down --home",
                "load --clients 0",
                "break redis",
                "break redis --latency 100",
                "break toaster --hang",
                "break payment.authorise",
                "break payment.authorise --kill",
                "break toaster.authorise --latency 100",
                "break redis --kill --for 30s",
                "break redis --kill --hang",
                "break redis --hang --latency 100",
                "break redis --hang --for 0s",
                "break redis --hang --for 601s",
                "break redis --hang --for soon",
                "break payment --latency many",
                "break --latency 100",
                "unfinished explode",
                "unfinished drive",
                "unfinished drive 42",
                "unfinished give-up --stuck 0190c3a2-5e7f-7000-8000-3f1d2c4b5a69",
                "heal toaster",
                "heal toaster.authorise",
                "dead-letters burn",
                "dead-letters list --again",
                "dead-letters --topic",
                "verify --wait soon",
                "verify --wait 601s",
                "frobnicate",
                "--json"
            })
    void whatIsNotUnderstoodIsSaidWithWhereToReadMore(String line) {
        assertThat(run(line)).isEqualTo(ExitCode.USAGE);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("./meridian help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "order", "load", "status", "break", "heal", "verify", "unfinished", "logs", "dead-letters", "doctor", "down"})
    void theHelpPageNamesEveryOptionAndNoOther(String command) throws IOException {
        var options = Objects.requireNonNull(
                        Meridian.commandLine(terminal(), Map.of()).getSubcommands().get(command))
                .getCommandSpec()
                .optionsMap()
                .keySet();

        assertThat(optionsOf(page(command))).isEqualTo(new TreeSet<>(options));
    }

    @Test
    void theFirstHelpPageNamesEveryCommandAndExitCode() throws IOException {
        var page = page("meridian");

        Meridian.commandLine(terminal(), Map.of())
                .getSubcommands()
                .keySet()
                .forEach(it -> assertThat(page).contains("\n  " + it + " "));
        assertThat(page).contains("\n  0 ", "\n  1 ", "\n  2 ", "\n  3 ", "\n  4 ", "\n  130 ");
    }

    @Test
    void aBadDeadlineIsToldWithAGoodOne() {
        run("order --deadline 2s");

        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("'2s'", "--deadline", "milliseconds", "such as 800");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "800", "12345678.125"})
    void aGoodDeadlineIsUnderstood(String millis) throws IOException {
        rememberOffset(freeOffset());

        assertThat(run("order --deadline " + millis)).isEqualTo(ExitCode.FAILED);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("./meridian up");
    }

    @Test
    void anOrderWithoutAPlatformSaysHowToStartOne() throws IOException {
        rememberOffset(freeOffset());

        assertThat(run("order")).isEqualTo(ExitCode.FAILED);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("./meridian up");
    }

    @Test
    void verifyWithoutAPlatformSaysHowToStartOne() throws IOException {
        rememberOffset(freeOffset());

        assertThat(run("verify")).isEqualTo(ExitCode.FAILED);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("PostgreSQL does not run", "./meridian up");
    }

    @Test
    void statusOfNothingIsDownForPeopleAndPrograms() {
        assertThat(run("status")).isEqualTo(ExitCode.FAILED);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("Nothing runs here");

        assertThat(run("status --json")).isEqualTo(ExitCode.FAILED);
        var json = JsonMapper.shared().readTree(document.toByteArray());
        assertThat(json.path("ready").asBoolean(true)).isFalse();
        assertThat(json.path("components").size()).isEqualTo(Component.values().length);
    }

    @Test
    void downOfNothingIsNoFailure() {
        assertThat(run("down")).isEqualTo(ExitCode.DONE);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("Nothing ran.");
    }

    @Test
    void logsOfNothingAreNoFailureAndAnUnknownTraceIs() {
        assertThat(run("logs")).isEqualTo(ExitCode.DONE);
        assertThat(run("logs --trace abc")).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void deadLettersWithoutAPlatformSayHowToStartOne() throws IOException {
        rememberOffset(freeOffset());

        assertThat(run("dead-letters")).isEqualTo(ExitCode.FAILED);
        assertThat(prose.toString(StandardCharsets.UTF_8)).contains("./meridian up");
    }

    @Test
    void aTraceIsPrintedReadably() throws IOException {
        var logs = Files.createDirectories(root.resolve(".meridian/logs"));
        Files.writeString(logs.resolve("order-service.log"), """
                {"@timestamp":"2026-11-21T10:00:00Z","level":"WARN","message":"declined","traceId":"abc","stack_trace":"Boom\\n at x"}
                """);

        assertThat(run("logs --trace abc")).isEqualTo(ExitCode.DONE);
        assertThat(prose.toString(StandardCharsets.UTF_8))
                .containsPattern("order-service +WARN +declined")
                .contains("    Boom")
                .doesNotContain("@timestamp");
    }

    @Test
    void theDoctorNamesATakenPortAndItsHolder() throws IOException {
        var offset = freeOffset();
        rememberOffset(offset);
        try (var _ = new ServerSocket(8080 + offset, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("doctor")).isEqualTo(ExitCode.MISSING);
        }
        assertThat(prose.toString(StandardCharsets.UTF_8))
                .contains(8080 + offset + " for gateway is taken by process " + ProcessHandle.current().pid())
                .contains("--port-offset");
    }

    private int run(String line) {
        prose.reset();
        document.reset();
        return Meridian.commandLine(terminal(), Map.of("MERIDIAN_ROOT", root.toString()))
                .execute(line.split(" "));
    }

    private Terminal terminal() {
        return new Terminal(stream(prose), stream(document), false, false, true);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private void rememberOffset(int offset) throws IOException {
        Files.createDirectories(root.resolve(".meridian"));
        Files.writeString(root.resolve(".meridian/state.json"), """
                {"format":1,"mode":"PROCESSES","portOffset":%d,"builds":{}}""".formatted(offset));
    }

    private static int freeOffset() {
        return Addresses.free().offset();
    }

    private static String page(String command) throws IOException {
        try (InputStream page = Meridian.class.getResourceAsStream("help/" + command + ".txt")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TreeSet<String> optionsOf(String page) {
        return Arrays.stream(page.split("\n"))
                .filter(it -> it.startsWith("  -"))
                .flatMap(it -> Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*").matcher(it.strip().split("   ")[0]).results())
                .map(it -> it.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
