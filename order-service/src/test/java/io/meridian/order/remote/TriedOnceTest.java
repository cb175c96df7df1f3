package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;

class TriedOnceTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final Server neighbour = NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new HealthGrpc.HealthImplBase() {
                @Override
                public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
                    asked.incrementAndGet();
                    answer.onError(Status.UNAVAILABLE.asRuntimeException());
                }
            })
            .build();

    @BeforeEach
    void start() throws IOException {
        neighbour.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        neighbour.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    }

    @Test
    void callIsTriedOnceWhateverTheServiceConfigSays() {
        ask(runner().withBean(GrpcChannelBuilderCustomizer.class, TriedOnce::new));

        assertThat(asked).hasValue(1);
    }

    @Test
    void withoutThisItIsTriedAsOftenAsTheServiceConfigSays() {
        ask(runner());

        assertThat(asked).hasValue(4);
    }

    private void ask(ApplicationContextRunner runner) {
        runner.run(context -> {
            var channel = context.getBean(GrpcChannelFactory.class).createChannel("neighbour");
            assertThatThrownBy(() -> HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("UNAVAILABLE");
        });
    }

    private ApplicationContextRunner runner() {
        var method = "spring.grpc.client.channel.neighbour.service-config.method[0].";
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, GrpcClientAutoConfiguration.class))
                .withPropertyValues(
                        "spring.grpc.client.channel.neighbour.target=static://127.0.0.1:" + neighbour.getPort(),
                        method + "name[0].service=grpc.health.v1.Health",
                        method + "retry.max-attempts=4",
                        method + "retry.initial-backoff=10ms",
                        method + "retry.max-backoff=20ms",
                        method + "retry.backoff-multiplier=1.5",
                        method + "retry.retryable-status-codes=UNAVAILABLE");
    }
}
