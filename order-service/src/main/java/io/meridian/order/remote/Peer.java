package io.meridian.order.remote;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.order.model.OrderId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one channel to a neighbour.
 *
 * <p>A channel that cannot connect waits up to two minutes before it tries again, however many calls fail meanwhile. Here a failing
 * call shortens that wait, twice a second at most, so that a neighbour that is back is used within a second.
 */
public final class Peer {

    private static final long TRY_EVERY_NANOS = Duration.ofMillis(500).toNanos();

    private static final Logger log = LoggerFactory.getLogger(Peer.class);

    private final String name;
    private final ManagedChannel channel;
    private final LongSupplier nanoClock;
    private final AtomicLong lastTryNanos;

    public Peer(String name, ManagedChannel channel, LongSupplier nanoClock) {
        this.name = name;
        this.channel = channel;
        this.nanoClock = nanoClock;
        this.lastTryNanos = new AtomicLong(nanoClock.getAsLong() - TRY_EVERY_NANOS);
    }

    ManagedChannel channel() {
        return channel;
    }

    Verdict verdictOn(OrderId order, StatusRuntimeException fault) {
        var code = fault.getStatus().getCode();
        if (code == Status.Code.UNAVAILABLE) {
            connectSoon();
        }
        log.atWarn()
                .addKeyValue("orderId", order)
                .addKeyValue("peer", name)
                .addKeyValue("why", why(fault))
                .log("no answer to a question about an order");
        return Verdict.on(code);
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
