package io.meridian.gateway;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.meridian.breaker.ejection.InstanceView;
import io.meridian.gateway.routing.Services;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** A gateway in front of two instances of the order service. */
@TestPropertySource(
        properties = {
            "meridian.gateway.routing.order=${fake.orders},${fake.orders.second}",
            "meridian.gateway.routing.order-grpc=${fake.grpc},${fake.grpc.second}"
        })
@DirtiesContext
class InstancesIT extends GatewayFixture {

    private static final FakeService second = FakeService.started();
    private static final FakeGrpc secondGrpc = FakeGrpc.started();

    @LocalManagementPort
    private int managementPort;

    @Autowired
    private Services services;

    @DynamicPropertySource
    static void twoInstances(DynamicPropertyRegistry properties) {
        properties.add("fake.orders.second", second::url);
        properties.add("fake.grpc.second", secondGrpc::address);
    }

    @BeforeEach
    void bothAreWell() {
        second.forget();
        secondGrpc.forget();
        askUntil(() -> outs(Services.ORDER) == 0);
        orders.asked.clear();
        second.asked.clear();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        second.stop();
        secondGrpc.stop();
    }

    @Test
    void bothAnswerAboutHalf() {
        ask(200);

        assertThat(orders.asked.size()).isBetween(40, 160);
        assertThat(second.asked.size()).isBetween(40, 160);
    }

    @Test
    void theOneThatFailsGetsLessThanOnePerCentAndItsShareSoonAfterItIsWell() throws Exception {
        second.answers((_, response, _) -> response.status(500).send());
        askUntil(() -> outs(Services.ORDER) == 1);
        second.asked.clear();

        ask(1000);

        assertThat(second.asked).hasSizeLessThan(10);
        assertThat(metrics())
                .containsPattern("meridian_instance_ejected\\{address=\"" + second.url() + "\"[^}]*dependency=\"order\"[^}]*} 1")
                .containsPattern("meridian_instance_ejected\\{address=\"" + orders.url() + "\"[^}]*dependency=\"order\"[^}]*} 0")
                .containsPattern("meridian_instance_ejections_total\\{address=\"" + second.url() + "\"[^}]*} [1-9]");
        second.answersJson();
        askUntil(() -> outs(Services.ORDER) == 0);
        second.asked.clear();
        ask(200);
        assertThat(second.asked.size()).isBetween(20, 180);
    }

    @Test
    void theOneThatVanishedCostsOneRequestAndIsUsedAgainWhenItIsBack() {
        ask(20);
        second.stop();

        var failed = IntStream.range(0, 150)
                .filter(_ -> get("/api/orders/0195").statusCode() != 200)
                .count();

        assertThat(failed).isLessThanOrEqualTo(2); // a kept connection that broke, and a refused one
        second.start();
        askUntil(() -> outs(Services.ORDER) == 0);
    }

    @Test
    void whatBothFailWithEjectsNobody() {
        orders.answers((_, response, _) -> response.status(503).send());
        second.answers((_, response, _) -> response.status(503).send());

        ask(200);

        assertThat(outs(Services.ORDER)).isZero();
    }

    @Test
    void theOneThatFailsOverGrpcIsPassedOverToo() throws InterruptedException {
        secondGrpc.getOrder = (_, answer) -> answer.onError(Status.UNAVAILABLE.asRuntimeException());
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> {
                call(channel);
                return outs(Services.ORDER_GRPC) == 1;
            });

            assertThat(IntStream.range(0, 150).filter(_ -> !call(channel)).count()).isLessThanOrEqualTo(2);
        } finally {
            channel.shutdownNow().awaitTermination(30, SECONDS);
        }
    }

    private static boolean call(ManagedChannel channel) {
        try {
            var _ = ClientCalls.blockingUnaryCall(
                    channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT.withDeadlineAfter(30, SECONDS), "0195");
            return true;
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    /** A few at a time, as many as the pool of one instance has connections for. */
    private void ask(int times) {
        try (var threads = Executors.newFixedThreadPool(4)) {
            IntStream.range(0, times).forEach(_ -> threads.execute(() -> get("/api/orders/0195")));
        }
    }

    private void askUntil(BooleanSupplier reached) {
        await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> {
            if (!reached.getAsBoolean()) {
                ask(20);
            }
            return reached.getAsBoolean();
        });
    }

    private long outs(String service) {
        return services.named(service).view().stream().filter(InstanceView::out).count();
    }

    private String metrics() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus"))
                .timeout(ofSeconds(30))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }
}
