package io.meridian.local.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * PostgreSQL with durable commits (fsync and synchronous commit on) and logical replication, reached over 127.0.0.1 only and with
 * a password only.
 *
 * <p>A replication slot nobody reads keeps at most {@value #SLOT_KEEPS} of write-ahead log; beyond it the slot is lost, not the disk.
 */
public final class Postgres extends Part {

    /** The role that administers; it has the password given to the constructor. */
    public static final String ADMINISTRATOR = "postgres";

    private static final String SLOT_KEEPS = "1GB";
    private static final Duration INITDB_BOUND = Duration.ofMinutes(2);

    private final String password;

    /**
     * Nothing is started yet.
     *
     * @param password of the administrator and of every role; once the data exists it must stay the same
     */
    public Postgres(PartSettings settings, String password) {
        super("postgres", settings);
        this.password = password;
    }

    /** The URL of one of its databases, without credentials. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), database);
    }

    /** Gives each name a database of its own, as {@link Databases#create} does. */
    public void createDatabases(List<String> names) {
        databases().create(names);
    }

    /** Its databases, to create and drop. */
    public Databases databases() {
        return new Databases("127.0.0.1", port(), password);
    }

    @Override
    void prepare() {
        var home = Binaries.postgres(settings().cache());
        if (Files.exists(data().resolve("PG_VERSION"))) {
            return;
        }
        try {
            if (settings().lifetime() == Lifetime.ITS_PARENTS) {
                var template = template(home);
                Disk.delete(data());
                Disk.copy(template, data());
            } else {
                initialise(home, data());
            }
        } catch (IOException e) {
            throw new PartException("Cannot create the data of postgres in %s: %s".formatted(data(), e), e);
        }
    }

    private Path data() {
        return directory().resolve("data");
    }

    /** Data for those who throw it away: initialised once for this machine, because a copy takes a tenth of the time. */
    private Path template(Path home) throws IOException {
        var template = home.resolveSibling("%s-data-%08x".formatted(home.getFileName(), password.hashCode()));
        if (!Files.isDirectory(template)) {
            initialise(home, template);
        }
        return template;
    }

    private void initialise(Path home, Path data) throws IOException {
        var fresh = data.resolveSibling(data.getFileName() + "." + UUID.randomUUID() + ".new");
        Files.createDirectories(fresh);
        var secret = Files.createTempFile(directory(), "password", "");
        try {
            Files.writeString(secret, password + "\n");
            var user = UnprivilegedUser.of(List.of(fresh, secret));
            var outcome = Processes.run(
                    user.command(List.of(
                            home.resolve("bin/initdb").toString(),
                            "--pgdata=" + fresh,
                            "--username=" + ADMINISTRATOR,
                            "--pwfile=" + secret,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8")),
                    directory(),
                    INITDB_BOUND);
            if (!outcome.isSuccess()) {
                throw new PartException("initdb failed in %s:\n%s".formatted(fresh, outcome.output()));
            }
            publish(fresh, data);
        } finally {
            Files.deleteIfExists(secret);
            Disk.delete(fresh);
        }
    }

    private static void publish(Path fresh, Path data) throws IOException {
        try {
            Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(data.resolve("PG_VERSION"))) { // else another platform was faster
                throw e;
            }
        }
    }

    @Override
    Launch launch() {
        var command = new ArrayList<String>();
        command.add(Binaries.postgres(settings().cache()).resolve("bin/postgres").toString());
        command.addAll(List.of("-D", data().toString()));
        serverSettings().forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        var user = UnprivilegedUser.of(List.of(directory()));
        return new Launch(user.command(command), Map.of(), directory(), log(), settings().lifetime());
    }

    private Map<String, String> serverSettings() {
        return Map.ofEntries(
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("port", Integer.toString(port())),
                Map.entry("unix_socket_directories", ""),
                Map.entry("fsync", "on"),
                Map.entry("synchronous_commit", "on"),
                Map.entry("wal_level", "logical"),
                Map.entry("max_replication_slots", "16"),
                Map.entry("max_wal_senders", "16"),
                Map.entry("max_slot_wal_keep_size", SLOT_KEEPS),
                Map.entry("shared_buffers", "32MB"),
                Map.entry("io_method", "sync"), // no worker processes: the data fits into the page cache
                Map.entry("jit", "off"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("log_checkpoints", "off"));
    }

    @Override
    boolean answers() {
        return Answers.postgres("127.0.0.1", port(), password);
    }

    /** The fast way: sessions are ended, what they committed is kept. The polite one waits for every client to leave. */
    @Override
    String stopSignal() {
        return "INT";
    }

    /** The children of a killed postmaster hold its memory for a moment. */
    @Override
    boolean endedForNow(String logTail) {
        return logTail.contains("pre-existing shared memory block");
    }

    /** PostgreSQL itself writes down who works on its data and on which port. */
    @Override
    Optional<ProcessHandle> orphan() {
        var lock = data().resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return Optional.empty();
        }
        try {
            var lines = Files.readAllLines(lock);
            return Processes.running(Long.parseLong(lines.getFirst().strip()))
                    .filter(process -> Processes.command(process.pid()).contains(data().toString()))
                    .filter(process -> isOnOurPort(process, lines));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Ours on another port is of no use and would keep us from the data, so it is ended here. */
    private boolean isOnOurPort(ProcessHandle process, List<String> lines) {
        if (lines.size() > 3 && lines.get(3).strip().equals(Integer.toString(port()))) {
            return true;
        }
        Processes.signal("INT", List.of(process));
        if (!Processes.awaitEnd(List.of(process), Duration.ofSeconds(30))) {
            throw new PartException("Process %d works on %s with another port and does not end; stop it first"
                    .formatted(process.pid(), data()));
        }
        return false;
    }
}
