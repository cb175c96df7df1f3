package io.meridian.edges.reactive;

import io.meridian.edges.ServedBy;
import io.meridian.edges.ServerTiming;
import io.meridian.edges.TraceIds;
import io.meridian.edges.web.SpringRefusals;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What every exchange passes in a WebFlux application. What a service behind it has said about itself stays:
 * {@code x-served-by} and {@code x-trace-id} are set only if absent, and the timing is added to the one that is there. A
 * body over the limit is refused, except in gRPC, whose messages have a limit of their own.
 */
public final class ReactiveEdge implements WebFilter, Ordered {

    private static final String TIMING = ReactiveEdge.class.getName() + ".timing";

    private final ServedBy servedBy;
    private final TraceIds traceIds;
    private final long maxBodyBytes;
    private final LongSupplier nanoClock;

    public ReactiveEdge(ServedBy servedBy, TraceIds traceIds, long maxBodyBytes, LongSupplier nanoClock) {
        this.servedBy = servedBy;
        this.traceIds = traceIds;
        this.maxBodyBytes = maxBodyBytes;
        this.nanoClock = nanoClock;
    }

    /**
     * The timing of this exchange: what is added before the response is committed is told to the caller. Outside of an
     * exchange that passed this filter, as in a test of another one, it is told to nobody.
     */
    public static ServerTiming timing(ServerWebExchange exchange) {
        return exchange.getAttributes().get(TIMING) instanceof ServerTiming timing ? timing : new ServerTiming();
    }

    /** Among the first, so that what other filters refuse is signed as well. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var started = nanoClock.getAsLong();
        var timing = new ServerTiming();
        exchange.getAttributes().put(TIMING, timing);
        return CurrentTrace.id(traceIds).flatMap(traceId -> {
            exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> {
                var headers = exchange.getResponse().getHeaders();
                setIfAbsent(headers, ServedBy.HEADER, servedBy.value());
                traceId.ifPresent(id -> setIfAbsent(headers, TraceIds.HEADER, id));
                var own = timing.valueWith(
                        servedBy.shortName(), Duration.ofNanos(nanoClock.getAsLong() - started));
                var inner = headers.getOrEmpty(ServerTiming.HEADER); // as they are: descriptions are quoted
                headers.set(ServerTiming.HEADER, inner.isEmpty() ? own : String.join(", ", inner) + ", " + own);
            }));
            return bounded(exchange, chain);
        });
    }

    private Mono<Void> bounded(ServerWebExchange exchange, WebFilterChain chain) {
        var type = exchange.getRequest().getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.startsWith("application/grpc")) {
            return chain.filter(exchange);
        }
        if (exchange.getRequest().getHeaders().getContentLength() > maxBodyBytes) {
            return Mono.error(SpringRefusals.tooLarge());
        }
        var request = new Bounded(exchange.getRequest(), maxBodyBytes);
        return chain.filter(exchange.mutate().request(request).build());
    }

    private static void setIfAbsent(HttpHeaders headers, String name, String value) {
        if (headers.getFirst(name) == null) {
            headers.set(name, value);
        }
    }

    private static final class Bounded extends ServerHttpRequestDecorator {

        private final long maxBytes;

        Bounded(ServerHttpRequest request, long maxBytes) {
            super(request);
            this.maxBytes = maxBytes;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.defer(() -> {
                var seen = new AtomicLong();
                // The refused buffer is released here and stands as an empty one until the error follows: operators that
                // fail on an element release it as well if, and only if, something downstream asks for that.
                return getDelegate()
                        .getBody()
                        .map(buffer -> seen.addAndGet(buffer.readableByteCount()) > maxBytes ? emptied(buffer) : buffer)
                        .takeUntil(_ -> seen.get() > maxBytes)
                        .concatWith(Mono.defer(() ->
                                seen.get() > maxBytes ? Mono.error(SpringRefusals.tooLarge()) : Mono.empty()));
            });
        }

        private static DataBuffer emptied(DataBuffer buffer) {
            var empty = buffer.factory().wrap(new byte[0]);
            DataBufferUtils.release(buffer);
            return empty;
        }
    }
}
