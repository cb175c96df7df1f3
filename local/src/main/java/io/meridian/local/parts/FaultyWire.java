package io.meridian.local.parts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP wire to one server on this machine that can be made bad: answers come late, new connections hear nothing for a while, and
 * connections end.
 *
 * <p>It knows nothing of what goes through. Before a server with TLS the first answer of a connection is the server's part of the
 * handshake, so {@link #delayFirstAnswer} is a slow handshake for its clients; the server itself is as quick as ever.
 *
 * <p>What is set counts for what comes after it: a first answer that is already on its way is not delayed. Counts only grow.
 */
public final class FaultyWire implements AutoCloseable {

    private static final int BACKLOG = 512;
    private static final int CHUNK = 16 * 1024;

    /** Chunks on their way in one direction; whoever sends more waits, as before a full socket. */
    private static final int ON_THE_WAY = 256;

    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket door;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong delayed = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private volatile long firstAnswerNanos;
    private volatile long answerNanos;
    private volatile long lifeNanos;

    /**
     * Begins to listen.
     *
     * @param port on 127.0.0.1; 0 for any that is free
     * @param serverPort where the server is, on 127.0.0.1
     */
    public FaultyWire(int port, int serverPort) {
        try {
            this.door = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on port " + port, e);
        }
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
        Thread.ofVirtual().name("wire-" + door.getLocalPort()).start(this::accept);
    }

    /** Where its clients find it. */
    public int port() {
        return door.getLocalPort();
    }

    /** Lets the first answer of each connection come this much later; before a server with TLS, its handshake. */
    public void delayFirstAnswer(Duration by) {
        firstAnswerNanos = by.toNanos();
    }

    /** Lets every answer come this much later; they keep their order, and one does not wait for another's delay as well. */
    public void delayAnswers(Duration by) {
        answerNanos = by.toNanos();
    }

    /** Ends each connection this long after it was made, and every one that is older at its next answer; zero for never. */
    public void endAfter(Duration life) {
        lifeNanos = life.toNanos();
    }

    /** Ends all connections that there are. */
    public void cut() {
        open.forEach(this::end);
    }

    /** Takes back whatever was set; connections stay as they are. */
    public void heal() {
        firstAnswerNanos = 0;
        answerNanos = 0;
        lifeNanos = 0;
    }

    /** Connections that were made so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections of which the first answer was delayed: the proof that a slow handshake was met. */
    public long delayedFirstAnswers() {
        return delayed.get();
    }

    /** Connections that this wire ended. */
    public long ended() {
        return ended.get();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                var client = door.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().name("wire-" + port() + "-connection").start(() -> serve(client));
            } catch (IOException _) {
                // The door is closed, or this one client is gone again.
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client;
                var upstream = new Socket()) {
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(server, CONNECT_MILLIS);
            var born = System.nanoTime();
            if (lifeNanos > 0) {
                Thread.ofVirtual().name("wire-" + port() + "-end").start(() -> endLater(client, lifeNanos));
            }
            Thread.ofVirtual().name("wire-" + port() + "-questions").start(() -> questions(client, upstream));
            answers(upstream, client, born);
        } catch (IOException _) {
            // One of the two is gone, and with it the connection.
        } finally {
            open.remove(client);
        }
    }

    private static void questions(Socket client, Socket upstream) {
        try (client;
                upstream) {
            client.getInputStream().transferTo(upstream.getOutputStream());
        } catch (IOException _) {
            // The other direction sees it too.
        }
    }

    private void answers(Socket upstream, Socket client, long born) throws IOException {
        var queue = new ArrayBlockingQueue<Chunk>(ON_THE_WAY);
        var sender = Thread.ofVirtual().name("wire-" + port() + "-answers").start(() -> send(queue, client));
        try {
            read(upstream.getInputStream(), client, born, queue);
        } finally {
            // Whatever is still on the way is lost with the connection.
            sender.interrupt();
        }
    }

    private void read(InputStream in, Socket client, long born, BlockingQueue<Chunk> queue) throws IOException {
        var buffer = new byte[CHUNK];
        var isFirst = true;
        try {
            for (var length = in.read(buffer); length > 0; length = in.read(buffer)) {
                var life = lifeNanos;
                if (life > 0 && System.nanoTime() - born > life) {
                    end(client);
                    return;
                }
                var delay = answerNanos + (isFirst ? firstAnswerNanos : 0);
                if (isFirst && firstAnswerNanos > 0) {
                    delayed.incrementAndGet();
                }
                isFirst = false;
                queue.put(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime() + delay));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(BlockingQueue<Chunk> queue, Socket client) {
        try {
            OutputStream out = client.getOutputStream();
            while (true) {
                var chunk = queue.take();
                var left = chunk.dueNanos - System.nanoTime();
                if (left > 0) {
                    TimeUnit.NANOSECONDS.sleep(left);
                }
                out.write(chunk.bytes);
            }
        } catch (IOException | InterruptedException _) {
            // The connection is gone.
        }
    }

    private void endLater(Socket client, long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        end(client);
    }

    private void end(Socket client) {
        if (!client.isClosed()) {
            ended.incrementAndGet();
            try {
                client.setSoLinger(true, 0);
                client.close();
            } catch (IOException _) {
                // Then it is gone already.
            }
        }
    }

    /** Bytes on their way, and when they are to arrive. Confined to the wire, so its array is shared with nobody. */
    private static final class Chunk {

        private final byte[] bytes;
        private final long dueNanos;

        Chunk(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }
}
