package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.TraceIds;
import io.meridian.outbox.HeaderSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A service that has the starter and no set-up of its own gives all three signals. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.application.name=probe-service",
            "meridian.version=v7",
            "meridian.environment=test",
            "management.server.port=0",
            "spring.grpc.server.port=0",
            "spring.grpc.server.address=127.0.0.1",
            "spring.threads.virtual.enabled=true",
            "spring.main.web-application-type=servlet"
        })
@ExtendWith(OutputCaptureExtension.class)
class ServletSignalsTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    private static Peer peer;

    @LocalServerPort
    private int port;

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private ObjectProvider<SpanExporter> exporters;

    @Autowired
    private SeenRequests requests;

    @Autowired
    private EndedSpans spans;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void meetAPeer() throws IOException {
        peer = new Peer();
    }

    @AfterAll
    static void leaveThePeer() {
        peer.close();
    }

    @DynamicPropertySource
    static void address(DynamicPropertyRegistry registry) {
        registry.add("test.peer", () -> peer.url());
    }

    @Test
    void scrapeHasTheHistogramOfRequestsUnderTheServicesIdentity() throws Exception {
        ask(port, "/hello");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        ask(managementPort, "/actuator/prometheus").body())
                .containsPattern("http_server_requests_seconds_bucket\\{arm=\"stable\",environment=\"test\","
                        + "[^}]*service=\"probe-service\",[^}]*uri=\"/hello\",version=\"v7\",le=\"0\\.00\\d+\"}")
                .contains("jvm_memory_used_bytes{area=\"heap\",arm=\"stable\",environment=\"test\""));
    }

    @Test
    void probesAndScrapesAreNotObserved() throws Exception {
        ask(managementPort, "/readyz");
        ask(port, "/hello");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        ask(managementPort, "/actuator/prometheus").body())
                .contains("uri=\"/hello\"")
                .doesNotContain("uri=\"/actuator", "uri=\"/readyz"));
    }

    @Test
    void traceContinuesThroughAnswerHttpGrpcAndOutbox() throws Exception {
        var answer = ask(port, "/hops");

        assertThat(answer.headers().firstValue("x-trace-id")).hasValue(TRACE);
        var seen = JsonMapper.builder().build().readValue(answer.body(), Map.class);
        assertThat(seen).hasEntrySatisfying("grpc", id -> assertThat(id).isEqualTo(TRACE));
        assertThat(seen).hasEntrySatisfying("outbox", header -> assertThat(String.valueOf(header))
                .startsWith("00-" + TRACE + "-")
                .isNotEqualTo(TRACEPARENT));
        assertThat(peer.asked).anySatisfy(asked -> {
            assertThat(asked.path()).isEqualTo("/hop");
            assertThat(asked.traceparent()).startsWith("00-" + TRACE + "-").isNotEqualTo(TRACEPARENT);
        });
        assertThat(answer.headers().firstValue("server-timing").orElse(""))
                .matches("probe\\.traced;dur=.+, probe;dur=.+");
    }

    @Test
    void baggageOfACallerIsNotCarriedOn() throws Exception {
        var answer = ask(port, "/hops");

        assertThat(answer.body()).doesNotContain("baggage");
    }

    @Test
    void refusalNamesItsTrace() throws Exception {
        assertThat(ask(port, "/refused").body()).contains("\"traceId\":\"" + TRACE + "\"");
    }

    @Test
    void faultIsSeenOnItsSpanAndARefusalIsNot() throws Exception {
        ask(port, "/refused");
        ask(port, "/fault");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(requests.errors).containsKeys("/refused", "/fault"));
        assertThat(requests.errors.get("/fault")).contains("IllegalStateException");
        assertThat(requests.errors.get("/refused")).isEmpty();
    }

    @Test
    void requestWithoutATraceBeginsOne() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
                .build();

        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.headers().firstValue("x-trace-id").orElse("")).matches("[0-9a-f]{32}");
    }

    @Test
    void logLineIsJsonAndNamesTraceAndIdentity(CapturedOutput output) throws Exception {
        ask(port, "/hello");

        var json = logged(output, "said hello");
        assertThat(json.get("message")).isEqualTo("said hello");
        assertThat(json.get("traceId")).isEqualTo(TRACE);
        assertThat(String.valueOf(json.get("spanId"))).matches("[0-9a-f]{16}");
        assertThat(json.get("service")).isEqualTo("probe-service");
        assertThat(json.get("version")).isEqualTo("v7");
        assertThat(json.get("arm")).isEqualTo("stable");
        assertThat(json.get("environment")).isEqualTo("test");
        assertThat(json.get("to")).isEqualTo("world");
    }

    @Test
    void logLineInsideAScopeSaysWhatIsLeftAndNoOtherDoes(CapturedOutput output) throws Exception {
        ask(port, "/bounded");

        assertThat(logged(output, "said it in time").get("deadlineLeftMs"))
                .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                .isBetween(1, 60_000);
        assertThat(logged(output, "nobody waits for this")).doesNotContainKey("deadlineLeftMs");
    }

    @Test
    void spansOfABoundedRequestSayItsBudgetAndTheCallWhatItWasGranted() throws Exception {
        ask(port, "/bounded");

        var grpc = "CLIENT probe.v1.ProbeService/Traced";
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(spans.said.keySet()).contains("SERVER http get /bounded", "CLIENT http get", grpc));
        assertThat(spans.said.get(grpc))
                .contains("deadline.granted_ms=", "deadline.reserved_ms=", "deadline.remaining_start_ms=");
        assertThat(spans.said.get("SERVER http get /bounded"))
                .contains("deadline.budget_ms=60000.0", "deadline.remaining_start_ms=", "deadline.remaining_end_ms=")
                .doesNotContain("deadline.granted_ms");
        assertThat(spans.said.get("CLIENT http get"))
                .contains("deadline.granted_ms=50000.0", "deadline.reserved_ms=20.0", "deadline.remaining_start_ms=")
                .doesNotContain("deadline.budget_ms");
    }

    @Test
    void requestThatSaysHowLongItWaitsIsSeenWithIt(CapturedOutput output) throws Exception {
        var answer = ask(port, "/hello", "x-request-timeout-ms", "20000");

        assertThat(answer.headers().firstValue("server-timing").orElse(""))
                .matches("probe;dur=\\S+;desc=\"probe granted 20000\\.0\"");
        assertThat(logged(output, "said hello").get("deadlineLeftMs"))
                .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                .isBetween(1, 20_000);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(spans.said.get("SERVER http get /hello"))
                        .contains("deadline.budget_ms=20000.0", "deadline.remaining_end_ms=1"));
    }

    @Test
    void timingOfABoundedRequestSaysWhatItWasGranted() throws Exception {
        assertThat(ask(port, "/bounded").headers().firstValue("server-timing").orElse(""))
                .matches("probe\\.traced;dur=\\S+;desc=\"probe\\.traced granted [\\d.]+ reserved [\\d.]+\", "
                        + "probe;dur=\\S+;desc=\"probe granted 60000\\.0\"");
    }

    @Test
    void deadlinesAreNoTagsOfRequests() throws Exception {
        ask(port, "/bounded");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        ask(managementPort, "/actuator/prometheus").body())
                .contains("uri=\"/bounded\"")
                .containsPattern("meridian_deadline_budget_seconds_count\\{[^}]*entry=\"http\"[^}]*service=\"probe-service\"")
                .containsPattern("meridian_deadline_after_expiry_seconds_bucket\\{[^}]*le=\"0\\.05\"")
                .doesNotContain("remaining_end_ms"));
    }

    @Test
    void healthIsAskedOnTheManagementPort() throws Exception {
        assertThat(ask(managementPort, "/livez").body()).contains("UP");
        assertThat(ask(managementPort, "/readyz").body()).contains("UP");
        assertThat(ask(managementPort, "/actuator/health").statusCode()).isEqualTo(200);
        assertThat(ask(managementPort, "/actuator/info").body()).contains("probe-service", "v7");
        assertThat(ask(port, "/livez").statusCode()).isEqualTo(404);
        assertThat(ask(port, "/actuator/prometheus").statusCode()).isEqualTo(404);
        assertThat(ask(managementPort, "/actuator/env").statusCode()).isEqualTo(404);
    }

    @Test
    void nothingIsExportedUntilSomebodySaysWhere() {
        assertThat(exporters.stream()).isEmpty();
    }

    private static Map<String, Object> logged(CapturedOutput output, String message) {
        var line = output.getOut()
                .lines()
                .filter(it -> it.contains(message))
                .findFirst()
                .orElseThrow();
        return JsonMapper.builder().build().readValue(line, new TypeReference<>() {});
    }

    private HttpResponse<String> ask(int port, String path, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("traceparent", TRACEPARENT)
                .header("baggage", "secret=1");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                "io.meridian.outbox.autoconfigure.OutboxAutoConfiguration",
                "io.meridian.outbox.autoconfigure.EventListenerAutoConfiguration",
                "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
            })
    @Import(Doors.class)
    static class Service {

        @Bean
        SeenRequests seenRequests() {
            return new SeenRequests();
        }

        @Bean
        EndedSpans endedSpans() {
            return new EndedSpans();
        }

        @Bean
        TracedService tracedService(TraceIds traceIds) {
            return new TracedService(traceIds);
        }
    }

    @RestController
    static class Doors {

        private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

        private final RestClient client;
        private final GrpcChannelFactory channels;
        private final TracedService traced;
        private final HeaderSource headers;
        private final DeadlineListener deadlines;

        Doors(
                RestClient.Builder client,
                GrpcChannelFactory channels,
                TracedService traced,
                HeaderSource headers,
                DeadlineListeners deadlines,
                org.springframework.core.env.Environment environment) {
            this.client = client.baseUrl(environment.getRequiredProperty("test.peer"))
                    .build();
            this.channels = channels;
            this.traced = traced;
            this.headers = headers;
            this.deadlines = deadlines.all();
        }

        @GetMapping("/hello")
        String hello() {
            LOG.atInfo().addKeyValue("to", "world").log("said hello");
            return "hello";
        }

        /** As a filter and an interceptor of the deadline library would. */
        @GetMapping("/bounded")
        String bounded() throws InterruptedException {
            Thread.ofVirtual().start(() -> LOG.info("nobody waits for this")).join();
            var scope = DeadlineScope.root("http", Deadline.after(Duration.ofMinutes(1)));
            deadlines.opened(scope);
            deadlines.closed(scope, Duration.ofMillis(1), Duration.ofMillis(40));
            return scope.call(() -> {
                LOG.info("said it in time");
                client.mutate()
                        .requestInterceptor((request, body, execution) -> {
                            deadlines.granted("peer", Duration.ofSeconds(50), Duration.ofMillis(20));
                            return execution.execute(request, body);
                        })
                        .build()
                        .get()
                        .uri("/hop")
                        .retrieve()
                        .toBodilessEntity();
                return call();
            });
        }

        @GetMapping("/refused")
        String refused() {
            throw ProblemException.of(Problem.OUT_OF_STOCK, "nothing left");
        }

        @GetMapping("/fault")
        String fault() {
            throw new IllegalStateException("on purpose");
        }

        @GetMapping("/hops")
        Map<String, String> hops() {
            client.get().uri("/hop").retrieve().toBodilessEntity();
            var id = call();
            var outbox = headers.headers();
            return Map.of("grpc", id, "outbox", outbox.getOrDefault("traceparent", ""), "names", "" + outbox.keySet());
        }

        private String call() {
            var channel = channels.createChannel("static://127.0.0.1:" + traced.port);
            return ClientCalls.blockingUnaryCall(channel, TracedService.TRACED, CallOptions.DEFAULT, "");
        }
    }

    /** Remembers which requests ended with an error; by path, empty for those without. */
    static final class SeenRequests implements ObservationHandler<ServerRequestObservationContext> {

        final Map<String, String> errors = new ConcurrentHashMap<>();

        @Override
        public void onStop(ServerRequestObservationContext request) {
            errors.put(
                    Objects.requireNonNull(request.getCarrier()).getRequestURI(),
                    request.getError() == null ? "" : request.getError().toString());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof ServerRequestObservationContext;
        }
    }

    /** Answers the trace id its handler runs under. */
    static final class TracedService implements BindableService {

        static final MethodDescriptor<String, String> TRACED = MethodDescriptor.<String, String>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("probe.v1.ProbeService/Traced")
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();

        private final TraceIds traceIds;
        private volatile int port;

        TracedService(TraceIds traceIds) {
            this.traceIds = traceIds;
        }

        @EventListener
        void started(GrpcServerStartedEvent event) {
            port = event.getPort();
        }

        @Override
        public ServerServiceDefinition bindService() {
            return ServerServiceDefinition.builder("probe.v1.ProbeService")
                    .addMethod(TRACED, ServerCalls.asyncUnaryCall((_, answer) -> {
                        answer.onNext(String.valueOf(traceIds.current()));
                        answer.onCompleted();
                    }))
                    .build();
        }
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
