package io.meridian.local.parts;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Redis as what the platform uses it for, a cache and a counter: bounded, and empty after every start. Nothing that must be kept
 * may live only here.
 */
public final class Redis extends Part {

    /** The size of the catalogue a few times over, and small beside the other parts. */
    private static final String MEMORY = "48mb";

    private Path program = Path.of("redis-server");

    /** Nothing is started yet. */
    public Redis(PartSettings settings) {
        super("redis", settings);
    }

    @Override
    void prepare() {
        program = Binaries.redis(settings().cache());
    }

    @Override
    Launch launch() {
        var command = List.of(
                program.toString(),
                "--bind", "127.0.0.1",
                "--port", Integer.toString(port()),
                "--dir", directory() + "/",
                "--daemonize", "no",
                "--save", "",
                "--appendonly", "no",
                "--maxmemory", MEMORY,
                "--maxmemory-policy", "allkeys-lru",
                "--loglevel", "warning");
        return new Launch(command, Map.of(), directory(), log(), settings().lifetime());
    }

    @Override
    boolean answers() {
        return Answers.redis("127.0.0.1", port());
    }

    /** Redis rewrites its command line to program and address; the directory it works in is where it keeps itself. */
    @Override
    Optional<ProcessHandle> orphan() {
        return Ports.listener(port())
                .filter(pid -> Processes.workingDirectory(pid).equals(Optional.of(directory())))
                .flatMap(Processes::running);
    }
}
