package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that speaks TLS alone, and the wire before it that makes its handshake slow. */
class RedisOverTlsIT {

    private static final Duration GRACE = Duration.ofSeconds(30);

    @TempDir
    Path directory = Path.of("set by JUnit");

    @Test
    void answersWhoTrustsItAndNobodyInTheClear() throws Exception {
        var redis = started(Ports.free());
        try {
            var clients = new SelfSigned(directory.resolve("tls")).clients();

            assertThat(Answers.redis("127.0.0.1", redis.port(), clients)).isTrue();
            assertThat(Answers.redis("127.0.0.1", redis.port())).isFalse();
            assertThat(Redis.wasOverTls(directory)).isTrue();
            assertThat(Redis.certificateIn(directory)).exists();
        } finally {
            redis.kill();
        }
    }

    @Test
    void someoneElsesCertificateIsNotTrusted(@TempDir Path elsewhere) throws Exception {
        var stranger = new SelfSigned(elsewhere.resolve("tls"));
        stranger.make();
        var redis = started(Ports.free());
        try {
            assertThat(Answers.redis("127.0.0.1", redis.port(), stranger.clients())).isFalse();
        } finally {
            redis.kill();
        }
    }

    @Test
    void startedInTheClearItForgetsItsCertificate() {
        started(Ports.free()).stop(GRACE);

        var clear = new Redis(PartContract.settings(directory, Ports.free()));
        clear.start();
        try {
            clear.awaitReady(PartContract.BOUND);

            assertThat(Redis.wasOverTls(directory)).isFalse();
            assertThat(Answers.redis("127.0.0.1", clear.port())).isTrue();
        } finally {
            clear.kill();
        }
    }

    @Test
    void aWireDelaysTheHandshakeAndEndsConnections() throws Exception {
        var redis = started(Ports.free());
        try (var wire = new FaultyWire(0, redis.port())) {
            var clients = new SelfSigned(directory.resolve("tls")).clients();
            assertThat(Answers.redis("127.0.0.1", wire.port(), clients)).isTrue();
            assertThat(wire.delayedFirstAnswers()).isZero();

            // Longer than whoever asks waits, and each bound of an answer is for one answer.
            wire.delayFirstAnswer(Duration.ofSeconds(20));
            assertThat(Answers.redis("127.0.0.1", wire.port(), clients)).isFalse();
            assertThat(wire.delayedFirstAnswers()).isEqualTo(1);

            wire.heal();
            assertThat(Answers.redis("127.0.0.1", wire.port(), clients)).isTrue();

            wire.endAfter(Duration.ofNanos(1));
            assertThat(Answers.redis("127.0.0.1", wire.port(), clients)).isFalse();
            assertThat(wire.ended()).isPositive();
        } finally {
            redis.kill();
        }
    }

    private Redis started(int port) {
        var redis = Redis.overTls(PartContract.settings(directory, port));
        redis.start();
        redis.awaitReady(PartContract.BOUND);
        return redis;
    }
}
