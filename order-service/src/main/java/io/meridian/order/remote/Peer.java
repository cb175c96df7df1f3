package io.meridian.order.remote;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.breaker.CallRejectedException;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.order.model.OrderId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The one channel to a neighbour, of which there may be several instances; calls go round those that are connected.
 *
 * <p>A channel that cannot connect waits up to two minutes before it tries again, however many calls fail meanwhile (after 40
 * seconds of absence, a neighbour that was back was seen to be left alone for 30 more). Here a failing call shortens that wait,
 * twice a second at most, so that a neighbour that is back is used within a second; and a call that finds no connection gives a
 * new attempt a moment, so that the first order after a restart is not refused for it. Where one of several instances is away no call
 * fails; so while there are calls at all, that wait is shortened every five seconds as well, and names are looked up again as often as
 * their time to live allows.
 */
public final class Peer {

    private static final long TRY_EVERY_NANOS = Duration.ofMillis(500).toNanos();

    /** Costs nothing where every instance is connected. */
    private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    /** For one attempt to connect; to a host of the same network it takes milliseconds. */
    private static final long ATTEMPT_MILLIS = 500;

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

    /**
     * Waits for one attempt to connect if there is no connection; whether it succeeds is for the call to find out. Waits for nothing
     * while there is one, and does not wait for a neighbour that has just been found absent.
     */
    void connect() {
        var state = channel.getState(true);
        if (state == ConnectivityState.READY) {
            var _ = connectSoon(LOOK_EVERY_NANOS);
            return;
        }
        if (state == ConnectivityState.TRANSIENT_FAILURE && !connectSoon(TRY_EVERY_NANOS)) {
            return;
        }
        var end = nanoClock.getAsLong() + ATTEMPT_MILLIS * 1_000_000;
        for (var left = end - nanoClock.getAsLong();
                state != ConnectivityState.READY && state != ConnectivityState.SHUTDOWN && left > 0;
                left = end - nanoClock.getAsLong()) {
            var changed = new CountDownLatch(1);
            channel.notifyWhenStateChanged(state, changed::countDown);
            try {
                if (!changed.await(left, TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            state = channel.getState(true);
            if (state == ConnectivityState.TRANSIENT_FAILURE) {
                return;
            }
        }
    }

    Verdict verdictOn(OrderId order, StatusRuntimeException fault) {
        var code = fault.getStatus().getCode();
        if (fault.getStatus().getCause() instanceof CallRejectedException) {
            return Verdict.on(code); // nobody was asked; what the breaker does is told when it changes
        }
        if (StaleEpoch.isRefusal(fault)) {
            log.atInfo()
                    .addKeyValue("orderId", order)
                    .addKeyValue("peer", name)
                    .addKeyValue("why", why(fault))
                    .log("somebody else has taken the order over");
            return Verdict.OVERTAKEN;
        }
        if (code == Status.Code.UNAVAILABLE) {
            var _ = connectSoon(TRY_EVERY_NANOS);
        }
        // A time that was up or a client that left is counted elsewhere, and nothing anybody should look into.
        var expected = code == Status.Code.DEADLINE_EXCEEDED || code == Status.Code.CANCELLED;
        log.atLevel(expected ? Level.DEBUG : Level.WARN)
                .addKeyValue("orderId", order)
                .addKeyValue("peer", name)
                .addKeyValue("why", why(fault))
                .log("no answer to a question about an order");
        return Verdict.on(fault);
    }

    static String why(StatusRuntimeException fault) {
        var status = fault.getStatus();
        return status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    }

    /** Returns whether it is time for another attempt. */
    private boolean connectSoon(long everyNanos) {
        var last = lastTryNanos.get();
        var now = nanoClock.getAsLong();
        if (now - last < everyNanos || !lastTryNanos.compareAndSet(last, now)) {
            return false;
        }
        channel.resetConnectBackoff();
        return true;
    }
}
