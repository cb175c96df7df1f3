package io.meridian.local.parts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Redis as what the platform uses it for, a cache and a counter: bounded, and empty after every start. Nothing that must be kept
 * may live only here. It listens either in the clear or with TLS, on the same port.
 */
public final class Redis extends Part {

    /** The size of the catalogue a few times over, and small beside the other parts. */
    private static final String MEMORY = "48mb";

    private static final String TLS = "tls";

    private final boolean overTls;
    private final SelfSigned identity;
    private Path program = Path.of("redis-server");

    /** In the clear. Nothing is started yet. */
    public Redis(PartSettings settings) {
        this(settings, false);
    }

    private Redis(PartSettings settings, boolean overTls) {
        super("redis", settings);
        this.overTls = overTls;
        this.identity = new SelfSigned(directory().resolve(TLS));
    }

    /** With TLS, and a certificate of its own that is made before the first start. Nothing is started yet. */
    public static Redis overTls(PartSettings settings) {
        return new Redis(settings, true);
    }

    /** Whether the Redis of this directory was last started with TLS. */
    public static boolean wasOverTls(Path directory) {
        return new SelfSigned(directory.resolve(TLS)).exists();
    }

    /** What the clients of the Redis of this directory have to trust, in PEM; there from its first start with TLS on. */
    public static Path certificateIn(Path directory) {
        return new SelfSigned(directory.resolve(TLS)).certificate();
    }

    @Override
    void prepare() {
        program = Binaries.redis(settings().cache());
        if (overTls) {
            identity.make();
        } else {
            identity.forget();
        }
    }

    @Override
    Launch launch() {
        var command = new ArrayList<>(List.of(
                program.toString(),
                "--bind", "127.0.0.1",
                "--port", overTls ? "0" : Integer.toString(port()),
                "--dir", directory() + "/",
                "--daemonize", "no",
                "--save", "",
                "--appendonly", "no",
                "--maxmemory", MEMORY,
                "--maxmemory-policy", "allkeys-lru",
                "--loglevel", "warning"));
        if (overTls) {
            command.addAll(List.of(
                    "--tls-port", Integer.toString(port()),
                    "--tls-cert-file", identity.certificate().toString(),
                    "--tls-key-file", identity.key().toString(),
                    "--tls-ca-cert-file", identity.certificate().toString(),
                    "--tls-auth-clients", "no"));
        }
        return new Launch(command, Map.of(), directory(), log(), settings().lifetime());
    }

    @Override
    boolean answers() {
        try {
            return overTls
                    ? Answers.redis("127.0.0.1", port(), identity.clients())
                    : Answers.redis("127.0.0.1", port());
        } catch (IOException _) {
            return false;
        }
    }

    /** Redis rewrites its command line to program and address; the directory it works in is where it keeps itself. */
    @Override
    Optional<ProcessHandle> orphan() {
        return Ports.listener(port())
                .filter(pid -> Processes.workingDirectory(pid).equals(Optional.of(directory())))
                .flatMap(Processes::running);
    }
}
