package io.meridian.system;

import io.meridian.local.oracle.EvidenceReader;
import io.meridian.local.oracle.Sources;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.Reconciliation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The platform under test: its doors, its logs, and the means to break it. */
final class Meridian {

    static final List<String> SERVICES =
            Component.services().stream().map(Component::id).toList();

    private final Platform platform;

    Meridian(Platform platform) {
        this.platform = platform;
    }

    Door gateway() {
        return new Door(platform.addresses().http(Component.GATEWAY));
    }

    Door management(String service) {
        return new Door(platform.addresses().managementHttp(component(service)));
    }

    String gatewayAddress() {
        return platform.addresses().address(Component.GATEWAY);
    }

    String orderGrpcAddress() {
        return platform.addresses().grpcAddress(Component.ORDER);
    }

    String kafkaAddress() {
        return platform.addresses().address(Component.KAFKA);
    }

    /** The lines of a service's log that mention {@code text}. */
    List<String> logLines(String service, String text) {
        try (var lines = Files.lines(platform.log(component(service)))) {
            return lines.filter(it -> it.contains(text)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("log of " + service, e);
        }
    }

    /** What the gateway answers to bytes no well-behaved client would send. */
    String rawAnswer(String raw) throws IOException {
        return BadInputIT.exchange("127.0.0.1", platform.addresses().of(Component.GATEWAY), raw);
    }

    /**
     * Kills a process without warning, and proves that it took.
     *
     * @return the process that is no more
     */
    long kill(String name) {
        var component = component(name);
        var process = platform.process(component).orElseThrow(() -> new AssertionError(name + " does not run"));
        platform.kill(component);
        if (process.isAlive()) {
            process.onExit().join();
        }
        return process.pid();
    }

    /** Starts what was killed, and proves that another process answers. */
    void startAgain(String name, long killed) {
        var component = component(name);
        platform.start(component);
        var pid = platform.process(component).orElseThrow().pid();
        if (pid == killed) {
            throw new AssertionError(name + " still is process " + killed);
        }
    }

    /** Stops a process in its tracks: it holds its connections and answers nothing, until it is resumed. */
    Paused pause(String name) {
        var pid = platform.process(component(name))
                .orElseThrow(() -> new AssertionError(name + " does not run"))
                .pid();
        signal("STOP", pid);
        return () -> signal("CONT", pid);
    }

    /** Goes on when it is closed. */
    interface Paused extends AutoCloseable {
        @Override
        void close();
    }

    /** Looks at everything that the oracles judge. */
    EvidenceReader evidence() {
        return new EvidenceReader(Sources.of(platform.addresses(), Sources.PASSWORD));
    }

    /** Compares the books by the job that is made for it. */
    Reconciliation reconcile(Duration patience) {
        return platform.reconcile(patience);
    }

    /** A connection to a service's database, as its own role. */
    Connection database(String name) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + platform.addresses().address(Component.POSTGRES) + "/" + name
                        + "?ApplicationName=system-test",
                name,
                "meridian");
    }

    private static void signal(String signal, long pid) {
        try {
            var exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + signal + " " + pid + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Component component(String name) {
        return Component.named(name).orElseThrow();
    }
}
