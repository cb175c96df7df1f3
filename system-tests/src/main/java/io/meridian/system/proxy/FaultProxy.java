package io.meridian.system.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Listens at one address and connects whoever comes with another. While it is disabled it refuses connections and has ended those it had.
 *
 * <p>Toxics can be given and taken while it works, and are on connections that exist as well as on new ones. A client whose server
 * cannot be reached is accepted and closed.
 */
final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 200;
    private static final int CONNECT_MILLIS = 5_000;

    private final String name;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private String listen;
    private String upstream;
    private @Nullable ServerSocket listener;
    private List<Dose> doses = List.of();

    /** Disabled yet. */
    FaultProxy(String name, String listen, String upstream) {
        this.name = name;
        this.listen = listen;
        this.upstream = upstream;
    }

    String name() {
        return name;
    }

    synchronized String listen() {
        return listen;
    }

    synchronized String upstream() {
        return upstream;
    }

    synchronized boolean isEnabled() {
        return listener != null;
    }

    synchronized List<Dose> doses() {
        return doses;
    }

    synchronized Optional<Dose> dose(String toxic) {
        return doses.stream().filter(it -> it.name().equals(toxic)).findFirst();
    }

    /** Begins to listen; does nothing if it does. */
    synchronized void enable() throws IOException {
        if (listener != null) {
            return;
        }
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address(listen), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen at " + listen + ": " + e.getMessage(), e);
        }
        listen = socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
        listener = socket;
        Thread.ofVirtual().name(name + " accepts").start(() -> accept(socket));
    }

    /** Refuses who comes, and ends the connections of who came. */
    void disable() {
        synchronized (this) {
            if (listener != null) {
                Connection.closeQuietly(listener);
                listener = null;
            }
        }
        connections.forEach(Connection::close);
    }

    /** Moves to other addresses, which ends its connections. */
    void move(String toListen, String toUpstream) throws IOException {
        boolean wasEnabled = isEnabled();
        disable();
        synchronized (this) {
            listen = toListen;
            upstream = toUpstream;
        }
        if (wasEnabled) {
            enable();
        }
    }

    /** Adds a toxic; false if there is one of its name. */
    synchronized boolean add(Dose dose) {
        if (dose(dose.name()).isPresent()) {
            return false;
        }
        var more = new ArrayList<>(doses);
        more.add(dose);
        change(more);
        return true;
    }

    /** Puts a toxic in the place of the one of its name. */
    synchronized void replace(Dose dose) {
        change(doses.stream().map(it -> it.name().equals(dose.name()) ? dose : it).toList());
    }

    /** Takes a toxic away; false if there is none of this name. */
    synchronized boolean remove(String toxic) {
        var fewer = doses.stream().filter(it -> !it.name().equals(toxic)).toList();
        var found = fewer.size() < doses.size();
        change(fewer);
        return found;
    }

    synchronized void removeAll() {
        change(List.of());
    }

    @Override
    public void close() {
        disable();
    }

    private void change(List<Dose> next) {
        doses = List.copyOf(next);
        var now = doses;
        connections.forEach(it -> it.change(now));
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                Thread.ofVirtual().name(name + " connects").start(() -> connect(client));
            } catch (IOException _) {
                // closed, or one client that did not stay
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(address(upstream()), CONNECT_MILLIS);
        } catch (IOException e) {
            Connection.closeQuietly(server);
            Connection.closeQuietly(client);
            return;
        }
        Connection connection;
        synchronized (this) {
            connection = new Connection(client, server, doses, connections::remove);
            connections.add(connection);
        }
        if (isEnabled()) {
            connection.start(name);
        } else {
            connection.close();
        }
    }

    private static InetSocketAddress address(String text) throws IOException {
        var colon = text.lastIndexOf(':');
        try {
            var host = colon < 0 ? "" : text.substring(0, colon);
            return new InetSocketAddress(
                    InetAddress.getByName(host.isEmpty() ? "127.0.0.1" : host), Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IOException("an address is host:port, was \"" + text + "\"", e);
        }
    }
}
