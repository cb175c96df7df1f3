package io.meridian.local.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** TCP ports of the loopback address. */
public final class Ports {

    /** Under every system's range of ephemeral ports, so that no outgoing connection takes the port of a stopped part. */
    private static final int FIRST_FREE = 20_000;

    private static final int LAST_FREE = 32_000;
    private static final int LONGEST_COMMAND = 120;
    private static final int CONNECT_MILLIS = 500;
    private static final String LISTENING = "0A";

    private Ports() {}

    /** Whether somebody listens there, on loopback or on all addresses. */
    public static boolean isTaken(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException _) {
            return true;
        }
        // Some systems let a particular address be bound although somebody listens on all of them.
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Who listens there; empty if nobody does or the system does not tell. */
    public static Optional<Occupant> occupant(int port) {
        return listener(port).map(pid -> new Occupant(pid, shortened(Processes.command(pid))));
    }

    /** A port from 20,000 to 32,000 that nobody listens on now, and nobody on the next one either. */
    public static int free() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_FREE, LAST_FREE);
            if (!isTaken(port) && !isTaken(port + 1)) {
                return port;
            }
        }
        throw new PartException("Found no free port between %d and %d".formatted(FIRST_FREE, LAST_FREE));
    }

    static Optional<Long> listener(int port) {
        var sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of)
                .flatMap(table -> listeningSockets(table, port))
                .collect(Collectors.toSet());
        if (!sockets.isEmpty()) {
            return ProcessHandle.allProcesses()
                    .map(ProcessHandle::pid)
                    .filter(pid -> holdsOneOf(sockets, pid))
                    .findFirst();
        }
        return Files.exists(Path.of("/proc/net/tcp")) ? Optional.empty() : listenerByLsof(port);
    }

    /** Lines of proc(5) net/tcp: slot, local address:port in hex, remote, state, ..., the tenth field is the inode. */
    private static Stream<String> listeningSockets(Path table, int port) {
        var suffix = ":%04X".formatted(port);
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTENING))
                    .map(fields -> "socket:[" + fields[9] + "]")
                    .toList()
                    .stream();
        } catch (IOException _) {
            return Stream.empty();
        }
    }

    private static boolean holdsOneOf(Set<String> sockets, long pid) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (var descriptor : descriptors) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        } catch (IOException notOursOrGone) {
            return false;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static Optional<Long> listenerByLsof(int port) {
        var command = List.of("lsof", "-nP", "-t", "-iTCP:" + port, "-sTCP:LISTEN");
        var found = Processes.run(command, Path.of("/"), Duration.ofSeconds(5));
        return found.output()
                .lines()
                .filter(line -> line.matches("[0-9]+"))
                .map(Long::valueOf)
                .findFirst();
    }

    private static String shortened(String command) {
        var known = command.isEmpty() ? "unknown" : command;
        return known.length() <= LONGEST_COMMAND
                ? known
                : String.format(Locale.ROOT, "%s...", known.substring(0, LONGEST_COMMAND));
    }
}
