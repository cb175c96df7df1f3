package io.meridian.system.nemesis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.ServiceFaults;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A cache that forgets, a disk that is full, calls that fail by themselves. */
final class OtherFaults {

    /** No file may grow beyond this, in bytes: less than Kafka's indexes and PostgreSQL's log segments are. */
    private static final long SMALLEST_FILE = 4096;

    private OtherFaults() {}

    /** Redis forgets everything at once. */
    static Fault flush(Arena arena) {
        return new Fault() {

            private static final String SENTINEL = "harness:sentinel";

            private boolean written;

            @Override
            public String name() {
                return "flush redis";
            }

            @Override
            public Set<Component> strikes() {
                return Set.of(Component.REDIS);
            }

            @Override
            public void inject() throws Exception {
                written = redis("SET " + SENTINEL + " here").startsWith("+OK");
                if (!redis("FLUSHALL").startsWith("+OK")) {
                    throw new Unproven("redis does not do as it is told");
                }
            }

            @Override
            public String proofThatItTook() throws Exception {
                var found = redis("EXISTS " + SENTINEL);
                if (!written || !found.startsWith(":0")) {
                    throw new Unproven("of what was written before there is: " + found);
                }
                return "what was written before is gone";
            }

            @Override
            public void heal() {}

            @Override
            public String proofThatItHealed() throws Exception {
                if (!redis("PING").startsWith("+PONG")) {
                    throw new Unproven("redis does not answer");
                }
                return "redis answers";
            }

            private String redis(String command) throws IOException {
                try (var socket = new Socket("127.0.0.1", arena.addresses().of(Component.REDIS))) {
                    socket.setSoTimeout(3_000);
                    socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
                    var answer = new byte[128];
                    var length = socket.getInputStream().read(answer);
                    return new String(answer, 0, Math.max(0, length), US_ASCII);
                }
            }
        };
    }

    /**
     * The disk is full for one process: it may not make any file larger, by its limit on the size of files (setrlimit(2), RLIMIT_FSIZE).
     * Kafka gives its log up and ends; PostgreSQL cannot write its log and ends all sessions.
     */
    static Fault fullDisk(Arena arena, Component part) {
        return new Fault() {

            private long pid;

            @Override
            public String name() {
                return "full disk of " + part.id();
            }

            @Override
            public Set<Component> strikes() {
                return Set.of(part);
            }

            @Override
            public boolean isAlone() {
                return true;
            }

            @Override
            public void inject() throws Exception {
                var process = arena.platform()
                        .process(part)
                        .orElseThrow(() -> new Unproven(part.title() + " does not run"));
                pid = process.pid();
                limit(process, Long.toString(SMALLEST_FILE));
                if (part == Component.POSTGRES) {
                    // New segments of its log are made full size at once, so this one cannot be made.
                    try (var connection = arena.administrator();
                            var statement = connection.createStatement()) {
                        statement.execute("SELECT pg_switch_wal()");
                    } catch (java.sql.SQLException expected) {
                        // the session may well have been ended by what it asked for
                    }
                }
            }

            @Override
            public String proofThatItTook() throws Exception {
                if (pid == 0) {
                    throw new Unproven(part.title() + " has no limit");
                }
                return Proofs.within(Duration.ofSeconds(25), () -> {
                    if (part == Component.KAFKA) {
                        if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                            throw new Unproven("Kafka works with a disk on which nothing can grow");
                        }
                        return "Kafka has given its log up and ended";
                    }
                    try (var connection = arena.administrator();
                            var statement = connection.createStatement()) {
                        statement.execute("CREATE TABLE IF NOT EXISTS harness_filler AS SELECT generate_series(1, 100000) AS n");
                    } catch (java.sql.SQLException refused) {
                        return "PostgreSQL writes nothing: " + String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
                    }
                    throw new Unproven("PostgreSQL still writes");
                });
            }

            @Override
            public void heal() throws Exception {
                arena.platform().process(part).ifPresent(it -> limit(it, "unlimited"));
                arena.platform().kill(part);
                arena.platform().start(part);
                if (part == Component.POSTGRES) {
                    try (var connection = arena.administrator();
                            var statement = connection.createStatement()) {
                        statement.execute("DROP TABLE IF EXISTS harness_filler");
                    }
                }
            }

            @Override
            public String proofThatItHealed() throws Exception {
                if (!arena.platform().isReady(part)) {
                    throw new Unproven(part.title() + " is not ready");
                }
                return part.title() + " was started again and is ready";
            }
        };
    }

    private static void limit(ProcessHandle process, String bytes) {
        Stream.concat(Stream.of(process), process.descendants())
                .filter(ProcessHandle::isAlive)
                .forEach(it -> {
                    try {
                        Signals.run(List.of("prlimit", "--pid", Long.toString(it.pid()), "--fsize=" + bytes + ":"));
                    } catch (IllegalStateException gone) {
                        if (it.isAlive()) {
                            throw gone;
                        }
                    }
                });
    }

    /** Calls of a service fail or hang, while it believes to be well. */
    static Fault calls(Arena arena, Component service, String words, Map<String, Object> fault) {
        var desk = new ServiceFaults(service, arena.addresses().managementHttp(service));
        return new Fault() {

            @Override
            public String name() {
                return words;
            }

            @Override
            public Set<Component> strikes() {
                return Set.of(service);
            }

            @Override
            public void inject() {
                desk.set(fault);
            }

            @Override
            public String proofThatItTook() throws Exception {
                return Proofs.within(Duration.ofSeconds(4), () -> {
                    var struck = desk.read().faults().stream()
                            .mapToLong(ServiceFaults.Active::struck)
                            .sum();
                    if (struck == 0) {
                        throw new Unproven("no call has met it");
                    }
                    return "it has struck " + struck + " calls";
                });
            }

            @Override
            public void heal() {
                desk.end();
            }

            @Override
            public String proofThatItHealed() throws Exception {
                if (!desk.read().faults().isEmpty()) {
                    throw new Unproven("a fault is still set on " + service.title());
                }
                return "nothing is set";
            }
        };
    }
}
