package io.meridian.breaker.ejection.grpc;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.breaker.autoconfigure.GrpcEjectionAutoConfiguration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.grpc.client.GrpcChannelFactory;

/** A channel as Boot makes it, over real connections to two instances. */
class InstancesOverGrpcIT {

    private final Instance good = new Instance();
    private final Instance bad = new Instance();

    @BeforeEach
    void start() throws IOException {
        good.start();
        bad.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        good.stop();
        bad.stop();
    }

    @Test
    void callsGoRoundTheInstances() {
        withChannel(channel -> {
            await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> ask(channel) && bad.asked.get() > 0 && good.asked.get() > 0);
            forget();

            assertThat(failed(channel, 100)).isZero();

            assertThat(good.asked).hasValue(50);
            assertThat(bad.asked).hasValue(50);
        });
    }

    @Test
    void theOneThatFailsIsAskedNoMoreAndAgainWhenItsTimeIsUp() {
        withChannel(
                channel -> {
                    bad.fault = Status.UNAVAILABLE.withDescription("no database");
                    awaitEjection(channel);

                    assertThat(failed(channel, 200)).isZero();

                    bad.fault = null;
                    forget();
                    await().atMost(ofSeconds(60)).pollInterval(ofMillis(5)).until(() -> ask(channel) && bad.asked.get() > 0);
                    assertThat(failed(channel, 50)).isZero();
                },
                "meridian.breaker.ejection.grpc.out=4s",
                "meridian.breaker.ejection.grpc.longest-out=4s");
    }

    @Test
    void theOneThatHangsIsAskedNoMore() {
        withChannel(channel -> {
            bad.hangs = true;

            awaitEjection(channel);

            assertThat(failed(channel, 200)).isZero();
        });
    }

    @Test
    void theOneThatVanishedCostsNoMoreThanWhatWasUnderWay() {
        withChannel(channel -> {
            await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> ask(channel) && bad.asked.get() > 0 && good.asked.get() > 0);
            bad.stop();

            assertThat(failed(channel, 200)).isLessThanOrEqualTo(1);

            bad.start();
            forget();
            await().atMost(ofSeconds(60)).pollInterval(ofMillis(5)).until(() -> {
                channel.resetConnectBackoff();
                return ask(channel) && bad.asked.get() > 0;
            });
        });
    }

    @Test
    void withoutEjectionTheOneThatFailsKeepsItsHalf() {
        withChannel(
                channel -> {
                    bad.fault = Status.UNAVAILABLE;
                    await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> !ask(channel));
                    var until = System.nanoTime() + ofSeconds(2).toNanos(); // four intervals
                    while (System.nanoTime() < until) {
                        ask(channel);
                    }

                    assertThat(failed(channel, 100)).isBetween(40L, 60L);
                },
                "meridian.breaker.ejection.enabled=false");
    }

    /** The bad one has been asked, and not for a hundred calls. */
    private void awaitEjection(ManagedChannel channel) {
        await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> !ask(channel));
        await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> {
            bad.asked.set(0);
            return failed(channel, 100) == 0 && bad.asked.get() == 0;
        });
    }

    private void forget() {
        good.asked.set(0);
        bad.asked.set(0);
    }

    private static long failed(ManagedChannel channel, int calls) {
        return IntStream.range(0, calls).filter(_ -> !ask(channel)).count();
    }

    private static boolean ask(ManagedChannel channel) {
        try {
            var _ = HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(300, MILLISECONDS)
                    .check(HealthCheckRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    private void withChannel(ChannelUse use, String... properties) {
        new ApplicationContextRunner()
                .withBean(SslBundles.class, DefaultSslBundleRegistry::new)
                .withConfiguration(
                        AutoConfigurations.of(GrpcClientAutoConfiguration.class, GrpcEjectionAutoConfiguration.class))
                .withPropertyValues("spring.grpc.client.channel.inventory.target=hosts:///127.0.0.1:" + good.port + ",localhost:" + bad.port)
                .withPropertyValues("spring.grpc.client.inprocess.enabled=false")
                .withPropertyValues(properties)
                .run(context -> use.with(context.getBean(GrpcChannelFactory.class).createChannel("inventory")));
    }

    @FunctionalInterface
    private interface ChannelUse {
        void with(ManagedChannel channel) throws Exception;
    }

    /** A server that does as it is told. */
    private static final class Instance extends HealthGrpc.HealthImplBase {

        private final AtomicInteger asked = new AtomicInteger();
        private volatile @Nullable Status fault;
        private volatile boolean hangs;
        private @Nullable Server server;
        private int port;

        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
            asked.incrementAndGet();
            var failing = fault;
            if (failing != null) {
                answer.onError(failing.asRuntimeException());
            } else if (!hangs) {
                answer.onNext(HealthCheckResponse.getDefaultInstance());
                answer.onCompleted();
            }
        }

        void start() throws IOException {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                    .addService(this)
                    .build()
                    .start();
            port = server.getPort();
        }

        void stop() throws InterruptedException {
            if (server != null) {
                server.shutdownNow().awaitTermination(30, SECONDS);
            }
        }
    }
}
