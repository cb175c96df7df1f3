package io.meridian.local.parts;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Redis as what the platform uses it for, a cache and a counter: bounded, and empty after every start. Nothing that must be kept
 * may live only here.
 */
public final class Redis extends Part {

    private static final int PATIENCE_MILLIS = 1_000;

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
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port()), PATIENCE_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = socket.getInputStream().readNBytes("+PONG".length());
            return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
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
