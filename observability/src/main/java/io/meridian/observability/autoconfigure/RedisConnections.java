package io.meridian.observability.autoconfigure;

import io.lettuce.core.resource.NettyCustomizer;
import io.meridian.observability.RedisMeter;
import io.meridian.observability.RedisMeter.RedisTag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Watches each connection of a Lettuce client from its first byte; {@link RedisMeter} has the names. */
final class RedisConnections implements NettyCustomizer {

    private final AtomicInteger open = new AtomicInteger();
    private final Counter connected;
    private final Counter unreachable;
    private final Counter handshakeFailed;
    private final Counter broken;
    private final Timer handshakes;
    private final Timer failedHandshakes;

    /** Publishes every series at once, so that an alert never has to tell zero from not there. */
    RedisConnections(MeterRegistry meters) {
        this.connected = connects(meters, "connected");
        this.unreachable = connects(meters, "unreachable");
        this.handshakeFailed = connects(meters, "handshake_failed");
        this.broken = connects(meters, "broken");
        this.handshakes = handshakes(meters, "ok");
        this.failedHandshakes = handshakes(meters, "failed");
        Gauge.builder(RedisMeter.CONNECTIONS.getName(), open, AtomicInteger::get).register(meters);
    }

    @Override
    public void afterChannelInitialized(Channel channel) {
        var watch = new Watch(channel);
        var tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.pipeline().addFirst(watch);
        } else {
            channel.pipeline().addAfter(tls.name(), null, watch);
            watch.shakesHandsBy((SslHandler) tls.handler());
        }
        channel.closeFuture().addListener(_ -> watch.ended());
    }

    private static Counter connects(MeterRegistry meters, String result) {
        return meters.counter(RedisMeter.CONNECTS.getName(), RedisTag.RESULT.asString(), result);
    }

    private static Timer handshakes(MeterRegistry meters, String result) {
        return meters.timer(RedisMeter.HANDSHAKES.getName(), RedisTag.RESULT.asString(), result);
    }

    /** One connection; confined to its event loop. */
    private final class Watch extends ChannelInboundHandlerAdapter {

        private final Channel channel;
        private @Nullable SslHandler tls;
        private boolean isUsable;
        private boolean isCounted;
        private boolean isActive;
        private long activeNanos;

        Watch(Channel channel) {
            this.channel = channel;
        }

        void shakesHandsBy(SslHandler by) {
            tls = by;
            by.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    handshakes.record(sinceActive(), TimeUnit.NANOSECONDS);
                    usable();
                } else if (isActive) {
                    failedHandshakes.record(sinceActive(), TimeUnit.NANOSECONDS);
                    count(handshakeFailed);
                }
            });
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            active();
            if (tls == null) {
                usable();
            }
            context.fireChannelActive();
        }

        void ended() {
            if (isUsable) {
                open.decrementAndGet();
            } else if (isShakingHands()) { // a client that gives up closes the connection, and the handshake fails after that
                count(handshakeFailed);
            } else {
                count(isActive ? broken : unreachable);
            }
        }

        private boolean isShakingHands() {
            return isActive && tls != null && !tls.handshakeFuture().isSuccess();
        }

        private void active() {
            if (!isActive) {
                isActive = true;
                activeNanos = System.nanoTime();
            }
        }

        private long sinceActive() {
            active(); // the handshake may be over before this handler hears that it could begin
            return System.nanoTime() - activeNanos;
        }

        private void usable() {
            if (!isUsable && channel.isOpen()) {
                isUsable = true;
                open.incrementAndGet();
                count(connected);
            }
        }

        private void count(Counter counter) {
            if (!isCounted) {
                isCounted = true;
                counter.increment();
            }
        }
    }
}
