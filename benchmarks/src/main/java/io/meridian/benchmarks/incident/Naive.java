package io.meridian.benchmarks.incident;

import io.meridian.benchmarks.incident.Sample.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The negative control: a service as one writes it first. It has eight workers; each asks the cache on a connection of its own, waits for it as
 * long as it takes, and reads the database if that fails. Whoever gets no worker in two seconds is told 503.
 */
final class Naive {

    private static final int WORKERS = 8;
    private static final long PATIENCE_SECONDS = 2;

    private final int redisPort;
    private final String database;
    private final SSLSocketFactory tls;
    private final Semaphore workers = new Semaphore(WORKERS, true);

    /**
     * @param redisPort where Redis is, with TLS
     * @param certificate what is trusted
     * @param database a JDBC address with everything in it
     */
    Naive(int redisPort, Path certificate, String database) {
        this.redisPort = redisPort;
        this.database = database;
        this.tls = trusting(certificate);
    }

    Answer look() {
        var began = System.nanoTime();
        try {
            if (!workers.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new Answer(System.nanoTime() - began, "HTTP 503: no worker free");
            }
            try {
                askTheCache();
                readTheDatabase();
                return new Answer(System.nanoTime() - began, "");
            } finally {
                workers.release();
            }
        } catch (SQLException failure) {
            return new Answer(System.nanoTime() - began, "HTTP 500");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Answer(System.nanoTime() - began, "interrupted");
        }
    }

    private void askTheCache() {
        try (var socket = tls.createSocket("127.0.0.1", redisPort)) {
            ask(socket);
        } catch (IOException _) {
            // Then the database has it.
        }
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("HGETALL meridian:inventory:product:SKU-0001\r\n".getBytes(StandardCharsets.US_ASCII));
        var _ = socket.getInputStream().read(new byte[4_096]);
    }

    private void readTheDatabase() throws SQLException {
        try (var connection = DriverManager.getConnection(database);
                var statement = connection.createStatement()) {
            statement.execute("SELECT * FROM stock WHERE sku = 'SKU-0001'");
        }
    }

    private static SSLSocketFactory trusting(Path certificate) {
        try (var pem = Files.newInputStream(certificate)) {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("redis", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("nothing can be trusted by " + certificate, e);
        }
    }
}
