package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.ClientResources;
import io.meridian.local.parts.Ports;
import io.meridian.observability.autoconfigure.RedisMetricsAutoConfiguration;
import io.meridian.testkit.TlsRedis;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What is published of a Redis with TLS behind a wire that can be made bad. */
class RedisMeterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration CONNECTING = Duration.ofSeconds(2);

    private static @Nullable TlsRedis started;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ClientResources resources = resources();
    private final RedisClient client = RedisClient.create(resources);

    @BeforeAll
    static void start() {
        started = TlsRedis.start();
    }

    @AfterAll
    static void stop() {
        redis().close();
    }

    private static TlsRedis redis() {
        return Objects.requireNonNull(started);
    }

    @AfterEach
    void end() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    @Test
    void everySeriesIsThereBeforeAnythingHappened() {
        assertThat(meters.scrape())
                .contains(
                        "meridian_redis_connects_total{result=\"connected\"} 0.0",
                        "meridian_redis_connects_total{result=\"unreachable\"} 0.0",
                        "meridian_redis_connects_total{result=\"handshake_failed\"} 0.0",
                        "meridian_redis_connects_total{result=\"broken\"} 0.0",
                        "meridian_redis_handshakes_seconds_count{result=\"ok\"} 0",
                        "meridian_redis_handshakes_seconds_count{result=\"failed\"} 0",
                        "meridian_redis_connections 0.0");
    }

    @Test
    void aGoodConnectionIsCountedWithItsHandshakeAndItsCommands() {
        try (var wire = redis().wire()) {
            var connection = client.connect(uri(wire.port()));
            connection.sync().ping();

            assertThat(connects("connected")).isEqualTo(1);
            assertThat(handshakes("ok")).isEqualTo(1);
            assertThat(meters.get("meridian.redis.connections").gauge().value()).isEqualTo(1);
            await().atMost(PATIENCE)
                    .until(() -> meters.get("meridian.redis.commands").tag("command", "ping").timer().count() == 1);

            connection.close();
            await().atMost(PATIENCE)
                    .until(() -> meters.get("meridian.redis.connections").gauge().value() == 0);
        }
        for (var meter : meters.getMeters()) {
            assertThat(RedisMeter.values()).anyMatch(it -> isIt(it, meter));
        }
    }

    @Test
    void aHandshakeThatTakesTooLongIsAFailedHandshakeAndNotAnUnreachableServer() {
        try (var wire = redis().wire()) {
            wire.delayFirstAnswer(PATIENCE);

            assertThatThrownBy(() -> client.connect(uri(wire.port()))).isInstanceOf(RuntimeException.class);

            await().atMost(PATIENCE).until(() -> connects("handshake_failed") == 1);
            assertThat(handshakes("failed")).isEqualTo(1);
            assertThat(connects("unreachable")).isZero();
            assertThat(connects("connected")).isZero();
            assertThat(wire.delayedFirstAnswers()).isEqualTo(1);
        }
    }

    /** Who waits no longer closes the connection before the handshake is out of time. */
    @Test
    void aHandshakeThatTheClientGivesUpIsAFailedOneToo() {
        try (var wire = redis().wire()) {
            wire.delayFirstAnswer(PATIENCE);
            var uri = uri(wire.port());
            uri.setTimeout(CONNECTING.dividedBy(2));

            assertThatThrownBy(() -> client.connect(uri)).isInstanceOf(RuntimeException.class);

            await().atMost(PATIENCE).until(() -> connects("handshake_failed") == 1);
            assertThat(connects("broken")).isZero();
            assertThat(handshakes("failed")).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsNotThereIsUnreachableAndNoHandshakeFailed() {
        assertThatThrownBy(() -> client.connect(uri(Ports.free()))).isInstanceOf(RuntimeException.class);

        await().atMost(PATIENCE).until(() -> connects("unreachable") == 1);
        assertThat(handshakes("failed")).isZero();
        assertThat(connects("handshake_failed")).isZero();
    }

    private ClientResources resources() {
        var builder = ClientResources.builder();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(RedisMetricsAutoConfiguration.class))
                // Not closed with the context, which lives for a moment only.
                .withBean("meters", PrometheusMeterRegistry.class, () -> meters, it -> it.setDestroyMethodName(""))
                .run(context ->
                        context.getBean(ClientResourcesBuilderCustomizer.class).customize(builder));
        return builder.build();
    }

    private RedisURI uri(int port) {
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .sslOptions(SslOptions.builder()
                        .trustManager(redis().certificate().toFile())
                        .handshakeTimeout(CONNECTING)
                        .build())
                .build());
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.FULL)
                .withTimeout(PATIENCE)
                .build();
    }

    private double connects(String result) {
        return meters.get("meridian.redis.connects").tag("result", result).counter().count();
    }

    private long handshakes(String result) {
        return meters.get("meridian.redis.handshakes").tag("result", result).timer().count();
    }

    private static boolean isIt(RedisMeter documented, Meter meter) {
        return documented.getName().equals(meter.getId().getName())
                && documented.getType() == meter.getId().getType()
                && meter.getId().getTags().stream()
                        .allMatch(tag -> Arrays.stream(documented.getKeyNames())
                                .anyMatch(key -> key.asString().equals(tag.getKey())));
    }
}
