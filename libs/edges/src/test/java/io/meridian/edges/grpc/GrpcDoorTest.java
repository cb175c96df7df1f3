package io.meridian.edges.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.meridian.edges.Degraded;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.ServerTiming;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;
import org.springframework.context.event.EventListener;

/** A service with a gRPC door, asked over a real connection. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {"spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1"})
class GrpcDoorTest {

    private static final MethodDescriptor<String, String> ASK = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName("inventory.v1.InventoryService/HoldAll")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    private static final CallOptions.Key<Duration> KEPT = CallOptions.Key.create("kept");

    @Autowired
    private GrpcChannelFactory channels;

    @Autowired
    private Service service;

    private Stub stub;

    @BeforeEach
    void connect() {
        stub = new Stub(channels.createChannel("static://127.0.0.1:" + service.port), CallOptions.DEFAULT);
    }

    @Test
    void handlersRunOnVirtualThreads() {
        assertThat(stub.ask("thread")).isEqualTo("true");
    }

    @Test
    void faultIsInternalAndSaysNothing() {
        var status = refused("fault");

        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("the fault is recorded");
    }

    @Test
    void faultHandedToTheObserverIsTreatedTheSame() {
        var status = refused("handed");

        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("the fault is recorded");
    }

    @Test
    void problemBecomesTheCodeOfItsMeaning() {
        var status = refused("problem");

        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).isEqualTo("SKU-1000: 0 left");
    }

    @Test
    void refusalSaysWhatIsMissingAndWhenToComeBack() {
        var degraded = trailers(ProblemException.of(Problem.DEPENDENCY_UNAVAILABLE, "no orders are taken")
                .header("Retry-After", "2")
                .header(Degraded.HEADER, "payment"));

        assertThat(degraded.get(key("x-degraded"))).isEqualTo("payment");
        assertThat(degraded.get(key("grpc-retry-pushback-ms"))).isEqualTo("2000");
        assertThat(trailers(ProblemException.of(Problem.NOT_FOUND, "nothing is here")).keys())
                .isEmpty();
    }

    private static Metadata trailers(ProblemException refusal) {
        return Objects.requireNonNull(new Faults().handleException(refusal).getTrailers());
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Test
    void statusTheHandlerMadeIsSentAsItIs() {
        var status = refused("status");

        assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).isEqualTo("no such product");
    }

    @Test
    void statusOfAPeerLosesItsWords() {
        var status = refused("peer");

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).doesNotContain("10.0.0.7");
    }

    @Test
    void callEndsAtItsDeadlineThoughTheHandlerDoesNot() {
        var late = Calls.within(Duration.ofMillis(100), stub);

        assertThat(refused(late, "never").getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void callWithoutTimeIsNotMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> Calls.within(Duration.ZERO, stub));
    }

    @Test
    void hopIsToldInTheTimingOfTheRequestItIsMadeFor() {
        var timing = new ServerTiming();

        timing.during(() -> stub.ask("thread"));

        assertThat(timing.valueWith("order", Duration.ofMillis(12)))
                .matches("inventory\\.holdAll;dur=\\d+\\.\\d, order;dur=12\\.0");
    }

    @Test
    void hopWithADeadlineSaysWhatItWasGrantedAndWhatWasKeptBack() {
        var timing = new ServerTiming();
        var kept = new Stub(stub.getChannel(), CallOptions.DEFAULT.withOption(KEPT, Duration.ofMillis(20)));

        timing.during(() -> Calls.within(Duration.ofMinutes(1), kept).ask("thread"));
        timing.during(() -> Calls.within(Duration.ofMinutes(1), stub).ask("thread"));

        var hop = "inventory\\.holdAll;dur=\\d+\\.\\d;desc=\"inventory\\.holdAll granted (59\\d{3}\\.\\d|60000\\.0)";
        assertThat(timing.valueWith("order", Duration.ZERO))
                .matches(hop + " reserved 20\\.0\", " + hop + "\", order;dur=0\\.0");
    }

    @Test
    void hopOfACallThatIsServedHasItsDeadline() throws Exception {
        var timing = new ServerTiming();
        var timer = Executors.newSingleThreadScheduledExecutor();
        try (var context = Context.current().withDeadlineAfter(30, TimeUnit.SECONDS, timer)) {
            context.call(() -> timing.during(() -> Calls.within(Duration.ofMinutes(1), stub).ask("thread")));
        } finally {
            timer.shutdownNow();
        }

        assertThat(timing.valueWith("order", Duration.ZERO)).containsPattern(" granted (29\\d{3}\\.\\d|30000\\.0)\"");
    }

    @Test
    void failedHopIsToldToo() {
        var timing = new ServerTiming();

        timing.during(() -> refused("fault"));

        assertThat(timing.valueWith("order", Duration.ZERO)).startsWith("inventory.holdAll;dur=");
    }

    @Test
    void callNobodyWaitsForIsNotMeasured() {
        var timing = new ServerTiming();

        stub.ask("thread");

        assertThat(timing.valueWith("order", Duration.ZERO)).isEqualTo("order;dur=0.0");
    }

    private Status refused(String question) {
        return refused(stub, question);
    }

    private static Status refused(Stub stub, String question) {
        try {
            throw new AssertionError("answered " + stub.ask(question));
        } catch (StatusRuntimeException refusal) {
            return refusal.getStatus();
        }
    }

    private static final class Stub extends AbstractBlockingStub<Stub> {

        Stub(io.grpc.Channel channel, CallOptions options) {
            super(channel, options);
        }

        @Override
        protected Stub build(io.grpc.Channel channel, CallOptions options) {
            return new Stub(channel, options);
        }

        String ask(String question) {
            return ClientCalls.blockingUnaryCall(getChannel(), ASK, getCallOptions(), question);
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
                throw new java.io.UncheckedIOException(failed);
            }
        }
    }

    static final class Service implements BindableService {

        volatile int port;

        @EventListener
        void started(GrpcServerStartedEvent event) {
            port = event.getPort();
        }

        @Override
        public ServerServiceDefinition bindService() {
            return ServerServiceDefinition.builder("inventory.v1.InventoryService")
                    .addMethod(ASK, ServerCalls.asyncUnaryCall((question, answer) -> {
                        switch (question) {
                            case "thread" -> {
                                answer.onNext("" + Thread.currentThread().isVirtual());
                                answer.onCompleted();
                            }
                            case "handed" -> answer.onError(new IllegalStateException("secret"));
                            case "problem" -> throw ProblemException.of(Problem.OUT_OF_STOCK, "SKU-1000: 0 left");
                            case "status" ->
                                throw Status.NOT_FOUND
                                        .withDescription("no such product")
                                        .asRuntimeException();
                            case "peer" ->
                                throw Status.UNAVAILABLE
                                        .withDescription("io exception: 10.0.0.7")
                                        .withCause(new IOException("refused"))
                                        .asRuntimeException();
                            case "never" -> {
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException _) {
                                    Thread.currentThread().interrupt();
                                }
                            }
                            default -> throw new IllegalStateException("secret");
                        }
                    }))
                    .build();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        CallReserve reserve() {
            return options -> Optional.ofNullable(options.getOption(KEPT));
        }

        @Bean
        Service service() {
            return new Service();
        }
    }
}
