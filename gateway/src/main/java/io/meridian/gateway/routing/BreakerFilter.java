package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Passage;
import io.meridian.deadline.gateway.ArrivalFilter;
import io.meridian.edges.web.SpringRefusals;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks a breaker before a service is asked, with what is left of the request's time, and tells it what became of that
 * ({@link ServiceOutcomes}). A call is under way until the head of its answer is here, so that a stream counts as long as it takes to
 * begin; and from when the client's request is here whole, because a client that dawdles says nothing about the service, and could
 * otherwise make it look as if it hung. One that is refused fails with a {@link CallRejectedException} and asks nobody.
 *
 * <p>What changes an order, what reads, and the event streams each have a breaker of their own, whether they come by HTTP or by gRPC:
 * {@code order-placing}, {@code order-reading}, {@code order-events}, {@code inventory} and {@code payments}. So reads go on while the way
 * of writes is closed. Streams of gRPC are not guarded, nor are its own services.
 *
 * <p>Stands inside of what repeats a request, each attempt of which asks anew, and outside of the choice of an instance: where one of
 * several fails, the choice has to see it, and the breaker hardly does.
 */
public final class BreakerFilter implements GlobalFilter, Ordered {

    /** Inside of {@code RetryFilter}, outside of {@link TargetFilter}. */
    static final int ORDER = 9_000;

    /** Twice what the order service takes of a message. */
    private static final int LONGEST_MESSAGE = 128 * 1024;

    private final Breakers breakers;

    public BreakerFilter(Breakers breakers) {
        this.breakers = breakers;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (!(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route)) {
            return chain.filter(exchange);
        }
        var name = name(route, exchange.getRequest());
        if (name == null) {
            return chain.filter(exchange);
        }
        var breaker = breakers.named(name);
        return isBare(exchange.getRequest())
                ? Mono.defer(() -> through(breaker, route, exchange, chain))
                : whole(exchange.getRequest())
                        .flatMap(body -> through(breaker, route, with(body, exchange), chain));
    }

    /** Null if it is not guarded. */
    static @Nullable String name(Route route, ServerHttpRequest request) {
        return switch (route.getId()) {
            case Routes.ORDER_PLACING, Routes.ORDER_READING, Routes.ORDER_EVENTS, Routes.INVENTORY, Routes.PAYMENTS ->
                route.getId();
            case Routes.ORDER_GRPC -> {
                var path = request.getURI().getRawPath();
                var method = path.substring(path.lastIndexOf('/') + 1);
                yield path.startsWith("/grpc.")
                        ? null
                        : method.startsWith("Get") || method.startsWith("List") ? Routes.ORDER_READING : Routes.ORDER_PLACING;
            }
            default -> null;
        };
    }

    private static Mono<Void> through(
            Breaker breaker, Route route, ServerWebExchange exchange, GatewayFilterChain chain) {
        Passage passage;
        try {
            passage = Passage.through(breaker, remainingNanos(route, exchange));
        } catch (CallRejectedException rejected) {
            return Mono.error(rejected);
        }
        Mono<Void> answer;
        try {
            answer = chain.filter(exchange);
        } catch (RuntimeException ours) {
            passage.end(Outcome.IGNORED);
            return Mono.error(ours);
        }
        return answer.doOnSuccess(_ -> passage.end(ServiceOutcomes.of(exchange)))
                .doOnError(fault -> passage.end(ServiceOutcomes.of(fault)))
                .doOnCancel(() -> passage.end(ServiceOutcomes.ofCancelled(exchange)));
    }

    /** A stream's head has to come sooner than its end. */
    private static long remainingNanos(Route route, ServerWebExchange exchange) {
        var left = ArrivalFilter.scopeOf(exchange)
                .map(scope -> scope.deadline().remainingNanos())
                .orElse(Breaker.NO_DEADLINE);
        return route.getMetadata().get(RESPONSE_TIMEOUT_ATTR) instanceof Number millis
                ? Math.min(left, TimeUnit.MILLISECONDS.toNanos(millis.longValue()))
                : left;
    }

    private static boolean isBare(ServerHttpRequest request) {
        var headers = request.getHeaders();
        var method = request.getMethod();
        return (method == HttpMethod.GET || method == HttpMethod.HEAD)
                && headers.getContentLength() <= 0
                && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }

    /** A body is bounded where it comes in; a message of gRPC is by the service, and here. */
    private static Mono<byte[]> whole(ServerHttpRequest request) {
        return DataBufferUtils.join(request.getBody(), LONGEST_MESSAGE)
                .onErrorMap(DataBufferLimitException.class, _ -> SpringRefusals.tooLarge())
                .map(BreakerFilter::bytes)
                .defaultIfEmpty(new byte[0]);
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static ServerWebExchange with(byte[] body, ServerWebExchange exchange) {
        var buffers = exchange.getResponse().bufferFactory();
        var request = new ServerHttpRequestDecorator(exchange.getRequest()) {
            @Override
            public Flux<DataBuffer> getBody() {
                return body.length == 0 ? Flux.empty() : Mono.fromSupplier(() -> buffers.wrap(body)).flux();
            }
        };
        return exchange.mutate().request(request).build();
    }
}
