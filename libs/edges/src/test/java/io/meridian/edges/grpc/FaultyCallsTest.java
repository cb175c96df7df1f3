package io.meridian.edges.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.meridian.edges.Problem;
import io.meridian.edges.faults.Fault;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultTargets;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/** A gRPC service on whose calls faults are set, asked over a real connection. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "spring.grpc.server.port=0",
            "spring.grpc.server.address=127.0.0.1",
            "meridian.faults.enabled=true"
        })
class FaultyCallsTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final MethodDescriptor<byte[], byte[]> AUTHORISE = method("payment.v1.PaymentService/Authorise");
    private static final MethodDescriptor<byte[], byte[]> VOID = method("payment.v1.PaymentService/Void");
    private static final MethodDescriptor<byte[], byte[]> HEALTH = method("grpc.health.v1.Health/Check");

    @Autowired
    private GrpcChannelFactory channels;

    @Autowired
    private Service service;

    @Autowired
    private FaultBoard board;

    @Autowired
    private FaultTargets targets;

    private Channel channel;

    @BeforeEach
    void connect() {
        channel = channels.createChannel("static://127.0.0.1:" + service.port);
        service.served.clear();
    }

    @AfterEach
    void heal() {
        board.clear();
    }

    @Test
    void methodsOfTheServiceAreTheTargets() {
        assertThat(targets.targets())
                .containsOnlyKeys("payment.authorise", "payment.void")
                .containsEntry("payment.authorise", "gRPC payment.v1.PaymentService/Authorise");
    }

    @Test
    void struckCallFailsWithTheStatusThatWasAskedForAndOthersDoNot() {
        board.set(new Fault("payment.authorise", 0, 0, 0, 1, Problem.DEPENDENCY_UNAVAILABLE, false, 30));
        assertThat(refused(AUTHORISE)).isEqualTo(Status.Code.UNAVAILABLE);
        ask(VOID);

        board.set(new Fault("payment.*", 0, 0, 0, 1, Problem.INTERNAL, false, 30));
        board.clear("payment.authorise");
        assertThat(refused(AUTHORISE)).isEqualTo(Status.Code.INTERNAL);
        assertThat(refused(VOID)).isEqualTo(Status.Code.INTERNAL);
        assertThat(service.served).as("a struck call does not reach its handler").containsExactly("Void");
    }

    @Test
    void slowCallTakesAtLeastItsLatency() {
        board.set(new Fault("payment.authorise", 200, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, false, 30));

        var began = System.nanoTime();
        ask(AUTHORISE);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void healthIsTruthfulWhileEverythingHangsAndWhoeverHangsIsLetGo() throws Exception {
        board.set(hang("payment.*"));
        var hanging = later();
        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 1);

        assertThat(ClientCalls.blockingUnaryCall(channel, HEALTH, CallOptions.DEFAULT, new byte[0]))
                .as("SERVING")
                .containsExactly(0x08, 0x01);
        assertThat(hanging).isNotDone();

        board.clear();
        hanging.get(30, TimeUnit.SECONDS);
        assertThat(service.served).containsExactly("Authorise");
    }

    @Test
    void callIsNotHeldUpLongerThanItsDeadline() {
        board.set(hang("payment.authorise"));

        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> ClientCalls.blockingUnaryCall(
                        channel, AUTHORISE, CallOptions.DEFAULT.withDeadlineAfter(100, TimeUnit.MILLISECONDS), new byte[0]))
                .satisfies(it -> assertThat(it.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));

        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 0);
        assertThat(board.state().getFirst().struck()).isEqualTo(1);
        assertThat(service.served).isEmpty();
    }

    @Test
    void callIsNotHeldUpLongerThanItsCallerWaits() {
        board.set(hang("payment.authorise"));
        try (var caller = Context.current().withCancellation()) {
            caller.run(this::later);
            await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 1);
        }

        await().atMost(BOUND).until(() -> board.state().getFirst().inside() == 0);
        assertThat(service.served).isEmpty();
    }

    private CompletableFuture<Void> later() {
        var context = Context.current();
        return CompletableFuture.runAsync(context.wrap(() -> ask(AUTHORISE)), Thread::startVirtualThread);
    }

    private void ask(MethodDescriptor<byte[], byte[]> method) {
        ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, new byte[0]);
    }

    private Status.Code refused(MethodDescriptor<byte[], byte[]> method) {
        try {
            ask(method);
            return Status.Code.OK;
        } catch (StatusRuntimeException refusal) {
            return refusal.getStatus().getCode();
        }
    }

    private static Fault hang(String target) {
        return new Fault(target, 0, 0, 0, 0, Problem.DEPENDENCY_UNAVAILABLE, true, 60);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (java.io.IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }
    }

    static final class Service implements BindableService {

        final List<String> served = new CopyOnWriteArrayList<>();
        volatile int port;

        @EventListener
        void started(GrpcServerStartedEvent event) {
            port = event.getPort();
        }

        @Override
        public ServerServiceDefinition bindService() {
            var service = ServerServiceDefinition.builder("payment.v1.PaymentService");
            for (var method : List.of(AUTHORISE, VOID)) {
                service.addMethod(method, ServerCalls.asyncUnaryCall((_, answer) -> {
                    served.add(String.valueOf(method.getBareMethodName()));
                    answer.onNext(new byte[0]);
                    answer.onCompleted();
                }));
            }
            return service.build();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Service service() {
            return new Service();
        }
    }
}
