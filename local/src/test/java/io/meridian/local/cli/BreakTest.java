package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code break}, {@code heal} and {@code status} beside a payment service of which only the management port is there. */
class BreakTest {

    private static final String QUIET = "{\"faults\":[],\"targets\":{\"payment.*\":\"all of them together\",\"payment.authorise\":\"gRPC\"}}";
    private static final String FAULTY =
            """
            {"faults":[{"target":"payment.authorise","latencyMs":800,"spread":0.0,"workers":0,"errorRate":0.3,"hang":false,\
            "remainingSeconds":29.5,"struck":7,"failed":2,"inside":1,"waiting":0}],"targets":{}}""";

    @TempDir
    private Path root;

    private final ByteArrayOutputStream prose = new ByteArrayOutputStream();
    private final ByteArrayOutputStream document = new ByteArrayOutputStream();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    private HttpServer payment;
    private int status = 200;
    private String answer = FAULTY;

    /** After so many questions the fault is over. */
    private int lasts = Integer.MAX_VALUE;

    @BeforeEach
    void start() throws IOException {
        var addresses = Addresses.free();
        remember("PROCESSES", addresses.offset());
        payment = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), addresses.management(Component.PAYMENT)), 0);
        payment.createContext("/actuator/faults", this::answer);
        payment.start();
    }

    @AfterEach
    void stop() {
        payment.stop(0);
    }

    @Test
    void faultIsSetAndLeftToItself() {
        assertThat(run("break Payment.Authorise --latency 800 --errors 0.3 --for 2m --background")).isEqualTo(ExitCode.DONE);

        assertThat(asked).singleElement().asString().startsWith("PUT /actuator/faults ");
        assertThat(body(0).toString())
                .isEqualTo("{\"target\":\"payment.authorise\",\"latencyMs\":800,\"errorRate\":0.3,\"forSeconds\":120}");
        assertThat(said()).contains("800 ms slower, 30.0 % fail", "./meridian heal payment.authorise");
    }

    @Test
    void wholeServiceIsAllOfItsCalls() {
        answer = FAULTY.replace("payment.authorise", "payment.*");

        run("break payment --workers 20 --latency 25 --spread 0.5 --background");

        assertThat(body(0).toString())
                .isEqualTo("{\"target\":\"payment.*\",\"latencyMs\":25,\"spread\":0.5,\"workers\":20,\"forSeconds\":30}");
    }

    @Test
    void commandStaysUntilTheFaultIsOverAndTellsWhatItDid() {
        lasts = 2;

        assertThat(run("break payment.authorise --hang --json")).isEqualTo(ExitCode.DONE);

        assertThat(body(0).path("hang").asBoolean()).isTrue();
        assertThat(asked).hasSize(3);
        assertThat(said()).contains("Ctrl-C", "payment.authorise is healed; struck 7, failed 2.");
        var json = JsonMapper.shared().readTree(document.toByteArray());
        assertThat(json.path("healed").asBoolean()).isTrue();
        assertThat(json.path("fault").path("struck").asInt()).isEqualTo(7);
    }

    @Test
    void whatTheServiceRefusesIsTold() {
        status = 400;
        answer = "{\"detail\":\"errorRate must be in 0..1, was 2.0\"}";

        assertThat(run("break payment.authorise --errors 2")).isEqualTo(ExitCode.USAGE);

        assertThat(said()).contains("payment-service refuses it: errorRate must be in 0..1, was 2.0");
    }

    @Test
    void serviceThatTakesNoFaultsIsNamedWithTheSetting() {
        status = 404;

        assertThat(run("break payment.authorise --errors 1")).isEqualTo(ExitCode.FAILED);

        assertThat(said()).contains("payment-service takes no faults", "MERIDIAN_FAULTS_ENABLED=true");
    }

    @Test
    void serviceThatDoesNotRunIsNamedWithTheNextStep() {
        assertThat(run("break order.place --errors 1")).isEqualTo(ExitCode.FAILED);

        assertThat(said()).contains("order-service does not answer", "./meridian up");
    }

    @Test
    void processThatDoesNotRunCannotBeKilledOrFrozen() {
        assertThat(run("break redis --kill")).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("Redis does not run", "./meridian up");
        assertThat(run("break redis --hang")).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void containersAreLeftToCompose() throws IOException {
        remember("CONTAINERS", 0);

        assertThat(run("break redis --kill")).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("docker compose kill redis");
        assertThat(run("break order --hang")).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("docker compose pause order-service");
    }

    @Test
    void withoutATargetTheTargetsAreListed() {
        answer = QUIET;

        assertThat(run("break --json")).isEqualTo(ExitCode.DONE);

        assertThat(said()).contains("payment.authorise", "order-service does not answer", "postgres, kafka, redis");
        var json = JsonMapper.shared().readTree(document.toByteArray());
        assertThat(json.path("targets").path("payment.authorise").asString()).isEqualTo("gRPC");
        assertThat(json.path("components").size()).isEqualTo(7);
    }

    @Test
    void healEndsWhatIsBrokenAndOnlyThat() {
        assertThat(run("heal --json")).isEqualTo(ExitCode.DONE);

        assertThat(asked.getLast()).startsWith("DELETE /actuator/faults?target=payment.authorise");
        assertThat(said()).contains("payment.authorise is healed");
        assertThat(JsonMapper.shared().readTree(document.toByteArray()).path("healed").get(0).path("component").asString())
                .isEqualTo("payment-service");

        asked.clear();
        assertThat(run("heal payment")).isEqualTo(ExitCode.DONE);
        assertThat(asked).anyMatch(it -> it.startsWith("DELETE"));

        asked.clear();
        assertThat(run("heal payment.void")).isEqualTo(ExitCode.DONE);
        assertThat(run("heal redis")).isEqualTo(ExitCode.DONE);
        assertThat(asked).noneMatch(it -> it.startsWith("DELETE"));
        assertThat(said()).contains("Nothing is broken at redis.");
    }

    @Test
    void nothingBrokenIsNoFailure() {
        answer = QUIET;

        assertThat(run("heal")).isEqualTo(ExitCode.DONE);
        assertThat(said()).contains("Nothing is broken.");
    }

    private void answer(HttpExchange exchange) throws IOException {
        var question = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(question);
        var bytes = (looks.incrementAndGet() > lasts ? QUIET : answer).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    private JsonNode body(int question) {
        var text = asked.get(question);
        return JsonMapper.shared().readTree(text.substring(text.indexOf('{')));
    }

    private String said() {
        return prose.toString(StandardCharsets.UTF_8);
    }

    private int run(String line) {
        prose.reset();
        document.reset();
        var terminal = new Terminal(stream(prose), stream(document), false, false, true);
        return Meridian.commandLine(terminal, Map.of("MERIDIAN_ROOT", root.toString())).execute(line.split(" "));
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private void remember(String mode, int offset) throws IOException {
        Files.createDirectories(root.resolve(".meridian"));
        Files.writeString(root.resolve(".meridian/state.json"), """
                {"format":1,"mode":"%s","portOffset":%d,"builds":{}}""".formatted(mode, offset));
    }
}
