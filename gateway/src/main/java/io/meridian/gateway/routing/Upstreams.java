package io.meridian.gateway.routing;

import io.meridian.gateway.routing.RoutingProperties.Pool;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The clients that reach the services. A request that finds no connection within a bound is refused instead of queued; one whose head
 * has been sent is never sent again by them. One that finds its connection closed before a byte was sent takes another: for the
 * service that is the first attempt.
 */
public final class Upstreams {

    private static final Duration EVICTION = Duration.ofSeconds(5);
    private static final int MAX_ANSWER_HEAD = 32 * 1024;

    private Upstreams() {}

    /** Speaks HTTP/1.1. */
    public static HttpClient http(RoutingProperties settings) {
        return client("services", settings)
                .protocol(HttpProtocol.HTTP11)
                .httpResponseDecoder(decoder -> decoder.maxHeaderSize(MAX_ANSWER_HEAD));
    }

    /** Speaks HTTP/2 without TLS from the first byte, as gRPC servers inside the platform do. */
    public static HttpClient grpc(RoutingProperties settings) {
        return client("grpc", settings)
                .protocol(HttpProtocol.H2C)
                .http2Settings(http2 -> http2.maxHeaderListSize(MAX_ANSWER_HEAD));
    }

    private static HttpClient client(String name, RoutingProperties settings) {
        return HttpClient.create(connections(name, settings.pool()))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.timeouts().connect().toMillis()));
    }

    private static ConnectionProvider connections(String name, Pool pool) {
        return ConnectionProvider.builder(name)
                .maxConnections(pool.maxConnections())
                .pendingAcquireMaxCount(pool.maxWaiting())
                .pendingAcquireTimeout(pool.maxWait())
                .maxIdleTime(pool.maxIdle())
                .maxLifeTime(pool.maxLife())
                .evictInBackground(EVICTION)
                .lifo()
                .metrics(true)
                .build();
    }
}
