package io.meridian.deadline.jdbc;

import static io.meridian.deadline.jdbc.Bench.scope;
import static io.meridian.deadline.jdbc.Bench.virtually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.SocketFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request to cancel that takes its time, while the statement ends by itself. */
class SlowCancelIT {

    private static final Duration AWHILE = Duration.ofSeconds(30);

    /** How long a connection takes to be opened from now on. */
    private static final AtomicReference<Duration> DELAY = new AtomicReference<>(Duration.ZERO);

    @ParameterizedTest
    @CsvSource({"PT0.5S,true", "PT1.5S,false"})
    void statementDoesNotReturnBeforeItAndOneThatMayStillArriveCostsTheConnection(Duration delay, boolean survives)
            throws Exception {
        try (var bench = new Bench(
                1, JdbcSettings.USUAL, it -> it.addDataSourceProperty("socketFactory", Delayed.class.getName()))) {
            var before = bench.backends();
            DELAY.set(delay);
            var scope = scope(AWHILE.multipliedBy(10));
            var begun = System.nanoTime();
            Thread.ofVirtual().start(() -> {
                await().atMost(AWHILE).until(() -> !bench.active().isEmpty());
                scope.cancel();
            });

            virtually(() -> scope.call(() -> {
                try (var connection = bench.bounded.getConnection()) {
                    Ask.PREPARED.run(connection, 0.4);
                }
                return true;
            }));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(delay);
            DELAY.set(Duration.ZERO);
            try (var connection = bench.pool.getConnection()) {
                Ask.PREPARED.run(connection, 0);
            }
            assertThat(bench.backends()).hasSize(1);
            assertThat(bench.backends().equals(before)).isEqualTo(survives);
        } finally {
            DELAY.set(Duration.ZERO);
        }
    }

    /** Opens connections when the test wants it to. */
    public static final class Delayed extends SocketFactory {

        @Override
        public Socket createSocket() {
            LockSupport.parkNanos(DELAY.get().toNanos());
            return new Socket();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            return new Socket(host, port, localHost, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
                throws IOException {
            return new Socket(host, port, localHost, localPort);
        }
    }
}
