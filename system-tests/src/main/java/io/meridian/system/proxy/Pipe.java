package io.meridian.system.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: one thread reads, another hands on what was read as the toxics allow. Between them lies a queue, so
 * that latency delays bytes and does not slow them down.
 *
 * <p>The toxics can be changed at any time: whoever waits because of one goes on at once. Guarded by this, apart from the sockets.
 */
final class Pipe {

    private static final int BUFFER = 32 * 1024;
    private static final int MOST_WAITING = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Connection connection;
    private final Socket source;
    private final Socket destination;
    private final ArrayDeque<Chunk> arrived = new ArrayDeque<>();
    private final Map<String, Boolean> isOn = new HashMap<>();
    private final Map<String, Long> passedLimit = new HashMap<>();
    private List<Dose> doses;
    private int edition;
    private boolean sourceEnded;
    private boolean closed;
    private long lastArrival = System.nanoTime();

    private record Chunk(byte[] bytes, long arrivedNanos) {}

    /** The connection has ended, by a toxic or otherwise. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1;
    }

    Pipe(Connection connection, Socket source, Socket destination, List<Dose> doses) {
        this.connection = connection;
        this.source = source;
        this.destination = destination;
        this.doses = doses;
    }

    void start(String name) {
        Thread.ofVirtual().name(name + " reads").start(this::read);
        Thread.ofVirtual().name(name + " writes").start(this::write);
    }

    /** Takes other toxics; a connection on which a timeout toxic was is closed when that goes, as bytes of it are missing. */
    void change(List<Dose> next) {
        boolean hasGap;
        synchronized (this) {
            hasGap = doses.stream()
                    .anyMatch(it -> it.toxic() instanceof Toxic.Timeout && !next.contains(it) && isOn(it));
            doses = next;
            edition++;
            notifyAll();
        }
        if (hasGap) {
            connection.close();
        }
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void read() {
        var buffer = new byte[BUFFER];
        try {
            var in = source.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!arrive(Arrays.copyOf(buffer, count))) {
                    return;
                }
            }
            end();
        } catch (IOException e) {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connection.close();
        }
    }

    private synchronized boolean arrive(byte[] bytes) throws InterruptedException {
        while (arrived.size() >= MOST_WAITING && !closed) {
            wait();
        }
        lastArrival = System.nanoTime();
        arrived.add(new Chunk(bytes, lastArrival));
        notifyAll();
        return !closed;
    }

    private synchronized void end() {
        sourceEnded = true;
        notifyAll();
    }

    private void write() {
        try {
            for (var chunk = next(); chunk != null; chunk = next()) {
                pass(chunk.bytes(), chunk.arrivedNanos(), doses(), 0);
            }
            for (var dose : doses()) {
                if (dose.toxic() instanceof Toxic.SlowClose(var delay)) {
                    pause(delay * NANOS_PER_MILLI);
                }
            }
            destination.shutdownOutput();
            connection.ended(this);
        } catch (Ended | IOException e) {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            connection.close();
        }
    }

    /** The toxics that are on this connection. */
    private synchronized List<Dose> doses() {
        return doses.stream().filter(this::isOn).toList();
    }

    private boolean isOn(Dose dose) {
        return isOn.computeIfAbsent(dose.name(), _ -> ThreadLocalRandom.current().nextDouble() < dose.toxicity());
    }

    /** The next bytes that came; null when no more will come. */
    private synchronized @Nullable Chunk next() throws InterruptedException, Ended {
        while (arrived.isEmpty() && !sourceEnded && !closed) {
            var left = untilTimeout();
            if (left <= 0) {
                throw new Ended();
            }
            wait(left == Long.MAX_VALUE ? 0 : Math.ceilDiv(left, NANOS_PER_MILLI));
        }
        if (closed) {
            throw new Ended();
        }
        var chunk = arrived.poll();
        notifyAll();
        return chunk;
    }

    private long untilTimeout() {
        var now = System.nanoTime();
        return doses.stream()
                .filter(this::isOn)
                .map(Dose::toxic)
                .mapToLong(it -> it instanceof Toxic.Timeout(var timeout) && timeout > 0
                        ? lastArrival + timeout * NANOS_PER_MILLI - now
                        : Long.MAX_VALUE)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Hands bytes through the toxics from the one at {@code index} on. */
    private void pass(byte[] bytes, long arrivedNanos, List<Dose> on, int index)
            throws IOException, InterruptedException, Ended {
        if (index == on.size()) {
            destination.getOutputStream().write(bytes);
            return;
        }
        switch (on.get(index).toxic()) {
            case Toxic.Latency(var latency, var jitter) -> {
                var drawn = jitter == 0 ? latency : latency + ThreadLocalRandom.current().nextLong(-jitter, jitter);
                pause(arrivedNanos + drawn * NANOS_PER_MILLI - System.nanoTime());
                pass(bytes, arrivedNanos, on, index + 1);
            }
            case Toxic.Timeout _ -> {
                // swallowed
            }
            case Toxic.ResetPeer(var timeout) -> {
                pause(timeout * NANOS_PER_MILLI);
                connection.reset();
                throw new Ended();
            }
            case Toxic.Bandwidth(var rate) -> {
                for (var piece : pieces(bytes, rate <= 0 ? bytes.length : Math.clamp(rate * 100, 1, bytes.length))) {
                    if (rate > 0) {
                        pause(piece.length * NANOS_PER_MILLI / rate);
                    }
                    pass(piece, arrivedNanos, on, index + 1);
                }
            }
            case Toxic.SlowClose _ -> pass(bytes, arrivedNanos, on, index + 1);
            case Toxic.Slicer(var average, var variation, var delay) -> {
                for (int from = 0; from < bytes.length; ) {
                    var size = average + (variation == 0 ? 0 : ThreadLocalRandom.current().nextLong(-variation, variation));
                    var to = (int) Math.min(bytes.length, from + size);
                    pass(Arrays.copyOfRange(bytes, from, to), arrivedNanos, on, index + 1);
                    pause(delay * 1_000);
                    from = to;
                }
            }
            case Toxic.LimitData(var most) -> limit(on.get(index).name(), most, bytes, arrivedNanos, on, index);
        }
    }

    private void limit(String name, long most, byte[] bytes, long arrivedNanos, List<Dose> on, int index)
            throws IOException, InterruptedException, Ended {
        var passed = passedLimit.getOrDefault(name, 0L);
        var fits = (int) Math.clamp(most - passed, 0, bytes.length);
        if (fits > 0) {
            pass(Arrays.copyOf(bytes, fits), arrivedNanos, on, index + 1);
        }
        passedLimit.put(name, passed + fits);
        if (passed + fits >= most) {
            throw new Ended();
        }
    }

    private static List<byte[]> pieces(byte[] bytes, int size) {
        return java.util.stream.IntStream.iterate(0, from -> from < bytes.length, from -> from + size)
                .mapToObj(from -> Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)))
                .toList();
    }

    /** Waits so long, or until the toxics change. */
    private synchronized void pause(long nanos) throws InterruptedException, Ended {
        var until = System.nanoTime() + nanos;
        var before = edition;
        for (var left = nanos; left > 0 && edition == before && !closed; left = until - System.nanoTime()) {
            wait(left / NANOS_PER_MILLI, (int) (left % NANOS_PER_MILLI));
        }
        if (closed) {
            throw new Ended();
        }
    }
}
