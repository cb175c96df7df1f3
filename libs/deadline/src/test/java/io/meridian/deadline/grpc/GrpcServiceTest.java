package io.meridian.deadline.grpc;

import static io.meridian.deadline.grpc.Wire.ASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.GrpcClientDeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.GrpcServerDeadlineAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.grpc.client.GlobalClientInterceptor;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.server.exception.GrpcExceptionHandler;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/** A service of Spring's with the starter and nothing set, that is its own neighbour. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "spring.grpc.server.port=0",
            "spring.grpc.server.address=127.0.0.1",
            "meridian.deadline.grpc.usual=3s"
        })
class GrpcServiceTest {

    @Autowired
    private GrpcChannelFactory channels;

    @Autowired
    private Service service;

    @Autowired
    private Seen seen;

    @Autowired
    private Heard heard;

    @SuppressWarnings("NullAway.Init")
    private Channel channel;

    @BeforeEach
    void connect() {
        channel = channels.createChannel("static://127.0.0.1:" + service.port);
        service.channel = channel;
        seen.deadlines.clear();
    }

    @Test
    void callOutsideAnyScopeHasWhatIsUsualAtTheServer() {
        assertThat(Long.parseLong(ask("left"))).isBetween(1_000L, 3_000L);
    }

    @Test
    void budgetShrinksOnTheWay() {
        var own = within(Duration.ofSeconds(2), () -> Long.parseLong(ask("left")));
        var next = within(Duration.ofSeconds(2), () -> Long.parseLong(ask("pass on")));

        assertThat(own).isBetween(500L, 1_995L);
        assertThat(next).isBetween(500L, 1_990L);
    }

    @Test
    void faultIsForTheServicesOwnHandlerWhileTheCallIsWanted() {
        var status = refused("fault");

        assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("the service's own words");
    }

    @Test
    void faultIsTheDeadlinesOnceItIsNot() {
        var status = refused("late fault");

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void faultHandedOverIsTheDeadlinesOnceTheCallIsNotWanted() {
        assertThat(refused("late fault handed over").getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    }

    @Test
    void otherInterceptorsSeeTheBudgetAndNoRefusedCall() {
        within(Duration.ofSeconds(2), () -> ask("left"));
        within(Duration.ofMillis(3), () -> refused("left"));

        assertThat(seen.deadlines).singleElement().isNotNull();
        await().untilAsserted(() -> assertThat(heard.refusedBeforeDispatch).contains("inventory"));
    }

    private String ask(String question) {
        return ClientCalls.blockingUnaryCall(channel, ASK, CallOptions.DEFAULT, question);
    }

    private Status refused(String question) {
        try {
            throw new AssertionError("answered " + ask(question));
        } catch (StatusRuntimeException refusal) {
            return refusal.getStatus();
        }
    }

    private static <R> R within(Duration budget, ScopedValue.CallableOp<R, RuntimeException> work) {
        return DeadlineScope.root("test", Deadline.after(budget)).call(work);
    }

    static final class Service implements BindableService {

        volatile int port;
        volatile @Nullable Channel channel;

        @EventListener
        void started(GrpcServerStartedEvent event) {
            port = event.getPort();
        }

        @Override
        public ServerServiceDefinition bindService() {
            return ServerServiceDefinition.builder("inventory.v1.InventoryService")
                    .addMethod(ASK, ServerCalls.asyncUnaryCall((question, answer) -> {
                        var scope = DeadlineScope.current().orElseThrow();
                        switch (question) {
                            case "left" ->
                                Wire.answer(
                                        answer,
                                        "" + scope.deadline().remaining().toMillis());
                            case "pass on" ->
                                Wire.answer(
                                        answer,
                                        ClientCalls.blockingUnaryCall(channel, ASK, CallOptions.DEFAULT, "left"));
                            case "fault" -> throw new IllegalStateException("secret");
                            case "late fault" -> {
                                pass(scope);
                                throw new IllegalStateException("secret");
                            }
                            default -> {
                                pass(scope);
                                answer.onError(new IllegalStateException("secret"));
                            }
                        }
                    }))
                    .build();
        }

        /** Stays until the server's own deadline has passed. */
        private static void pass(DeadlineScope scope) {
            try {
                while (!scope.isOver()) {
                    new CountDownLatch(1).await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Looks at the calls that go out, from wherever one stands that says nothing about it. */
    static final class Seen implements ClientInterceptor {

        final List<io.grpc.@Nullable Deadline> deadlines = new CopyOnWriteArrayList<>();

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            deadlines.add(options.getDeadline());
            return next.newCall(method, options);
        }
    }

    @SpringBootConfiguration
    @ImportAutoConfiguration({
        SslAutoConfiguration.class,
        GrpcServerAutoConfiguration.class,
        GrpcClientAutoConfiguration.class,
        CompositeChannelFactoryAutoConfiguration.class,
        DeadlineAutoConfiguration.class,
        GrpcServerDeadlineAutoConfiguration.class,
        GrpcClientDeadlineAutoConfiguration.class
    })
    static class Application {

        @Bean
        Service service() {
            return new Service();
        }

        @Bean
        Heard heard() {
            return new Heard();
        }

        @Bean
        @GlobalClientInterceptor
        Seen seen() {
            return new Seen();
        }

        /** As a service has it that says of every fault that it is one. */
        @Bean
        GrpcExceptionHandler faults() {
            return _ -> Status.INTERNAL.withDescription("the service's own words").asException();
        }
    }
}
