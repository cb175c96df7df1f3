package io.meridian.order.remote;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The one channel to a neighbour.
 *
 * <p>A channel that cannot connect waits up to two minutes before it tries again, however many calls fail meanwhile. Here a failing
 * call shortens that wait, twice a second at most, so that a neighbour that is back is used within a second.
 */
public final class Peer {

    private static final long TRY_EVERY_NANOS = Duration.ofMillis(500).toNanos();

    private final ManagedChannel channel;
    private final LongSupplier nanoClock;
    private final AtomicLong lastTryNanos;

    public Peer(ManagedChannel channel, LongSupplier nanoClock) {
        this.channel = channel;
        this.nanoClock = nanoClock;
        this.lastTryNanos = new AtomicLong(nanoClock.getAsLong() - TRY_EVERY_NANOS);
    }

    ManagedChannel channel() {
        return channel;
    }

    Verdict verdictOn(Status status) {
        if (status.getCode() == Status.Code.UNAVAILABLE) {
            connectSoon();
        }
        return Verdict.on(status.getCode());
    }

    static String why(StatusRuntimeException fault) {
        var status = fault.getStatus();
        return status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    }

    private void connectSoon() {
        var last = lastTryNanos.get();
        var now = nanoClock.getAsLong();
        if (now - last >= TRY_EVERY_NANOS && lastTryNanos.compareAndSet(last, now)) {
            channel.resetConnectBackoff();
        }
    }
}
