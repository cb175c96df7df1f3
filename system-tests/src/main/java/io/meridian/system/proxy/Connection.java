package io.meridian.system.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.Consumer;

/** A client, the server it was connected to, and what flows between them in both directions. */
final class Connection {

    private final Socket client;
    private final Socket server;
    private final Consumer<Connection> whenClosed;
    private final Pipe up;
    private final Pipe down;
    private int directionsEnded;

    Connection(Socket client, Socket server, List<Dose> doses, Consumer<Connection> whenClosed) {
        this.client = client;
        this.server = server;
        this.whenClosed = whenClosed;
        this.up = new Pipe(this, client, server, of(Dose.Stream.UPSTREAM, doses));
        this.down = new Pipe(this, server, client, of(Dose.Stream.DOWNSTREAM, doses));
    }

    void start(String name) {
        up.start(name + " up");
        down.start(name + " down");
    }

    void change(List<Dose> doses) {
        up.change(of(Dose.Stream.UPSTREAM, doses));
        down.change(of(Dose.Stream.DOWNSTREAM, doses));
    }

    /** One direction has come to its end in order; the other may have something to say yet. */
    void ended(Pipe direction) {
        boolean isLast;
        synchronized (this) {
            directionsEnded++;
            isLast = directionsEnded == 2;
        }
        if (isLast) {
            close();
        }
    }

    void close() {
        up.close();
        down.close();
        closeQuietly(client);
        closeQuietly(server);
        whenClosed.accept(this);
    }

    /** A socket whose lingering time is 0 is closed with a RST (socket(7), SO_LINGER). */
    void reset() {
        for (var socket : List.of(client, server)) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException _) {
                // closed already
            }
        }
        close();
    }

    private static List<Dose> of(Dose.Stream stream, List<Dose> doses) {
        return doses.stream().filter(it -> it.stream() == stream).toList();
    }

    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // it is closed as far as it can be
        }
    }
}
