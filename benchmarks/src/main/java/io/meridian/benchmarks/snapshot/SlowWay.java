package io.meridian.benchmarks.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A way to a port of this machine on which everything takes a while, in both directions, and nothing is lost or narrowed. */
final class SlowWay implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private record Piece(byte[] bytes, long dueNanos) {}

    private final ServerSocket door;
    private final int target;
    private final Duration oneWay;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    SlowWay(int target, Duration oneWay) throws IOException {
        this.target = target;
        this.oneWay = oneWay;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("slow-way").start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                var near = door.accept();
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(near, far));
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                carry(near.getInputStream(), far.getOutputStream());
                carry(far.getInputStream(), near.getOutputStream());
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void carry(InputStream from, OutputStream to) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().name("slow-way-in").start(() -> {
            var buffer = new byte[CHUNK];
            try {
                for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                    var bytes = new byte[read];
                    System.arraycopy(buffer, 0, bytes, 0, read);
                    onTheWay.add(new Piece(bytes, System.nanoTime() + oneWay.toNanos()));
                }
            } catch (IOException _) {
                // closed
            }
        });
        Thread.ofPlatform().daemon().name("slow-way-out").start(() -> {
            try {
                while (!door.isClosed()) {
                    var piece = onTheWay.poll(1, TimeUnit.SECONDS);
                    if (piece != null) {
                        TimeUnit.NANOSECONDS.sleep(Math.max(0, piece.dueNanos() - System.nanoTime()));
                        to.write(piece.bytes());
                        to.flush();
                    }
                }
            } catch (IOException | InterruptedException _) {
                // closed
            }
        });
    }
}
