package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.gateway.admission.RateLimiter;
import io.meridian.local.parts.FaultyWire;
import io.meridian.testkit.TlsRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A gateway whose Redis speaks TLS and takes seconds for a handshake, or for every answer. */
class SlowRedisIT extends GatewayFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration HANDSHAKE = Duration.ofSeconds(4);

    private static final TlsRedis server = TlsRedis.start();
    private static final FaultyWire wire = server.wire();

    @Autowired
    private RateLimiter limiter;

    @DynamicPropertySource
    static void redisBehindTheWire(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.port", wire::port);
        properties.add("spring.data.redis.ssl.enabled", () -> "true");
        properties.add("spring.ssl.bundle.pem.redis.truststore.certificate", () -> server.certificate().toString());
    }

    @AfterEach
    void heal() {
        wire.heal();
        await().atMost(PATIENCE).until(() -> !limiter.isAlone());
    }

    @AfterAll
    static void end() {
        wire.close();
        server.close();
    }

    @Test
    void aSlowHandshakeMakesNoRequestWait() {
        await().atMost(PATIENCE).until(() -> !limiter.isAlone());
        var before = wire.delayedFirstAnswers();

        wire.delayFirstAnswer(HANDSHAKE);
        wire.cut();

        assertThat(slowestOf(200)).isLessThan(HANDSHAKE.dividedBy(2));
        assertThat(limiter.isAlone()).isTrue();
        await().atMost(PATIENCE).until(() -> wire.delayedFirstAnswers() > before + 1);
    }

    @Test
    void anAnswerThatComesLateIsWaitedForOnceAndNotByEverybody() {
        await().atMost(PATIENCE).until(() -> !limiter.isAlone());

        wire.delayAnswers(Duration.ofMillis(800));

        assertThat(slowestOf(200)).isLessThan(Duration.ofMillis(800));
        assertThat(limiter.isAlone()).isTrue();
    }

    private Duration slowestOf(int requests) {
        var slowest = Duration.ZERO;
        for (var i = 0; i < requests; i++) {
            var began = System.nanoTime();
            assertThat(get("/api/inventory/SKU-0001").statusCode()).isEqualTo(200);
            var took = Duration.ofNanos(System.nanoTime() - began);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        return slowest;
    }
}
