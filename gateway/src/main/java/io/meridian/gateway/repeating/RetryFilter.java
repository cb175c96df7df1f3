package io.meridian.gateway.repeating;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.reactor.Asking;
import io.meridian.breaker.reactor.ReactorRetries;
import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.breaker.retry.Pushback;
import io.meridian.breaker.retry.Retries;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.gateway.ArrivalFilter;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Sends a request a second time if {@link Retries} says so: a {@code GET} or {@code HEAD} without a body, and a {@code POST} whose
 * {@value #KEY} lets the service answer it as the first time. No other request is ever sent twice, and none of which a part of
 * the answer has been passed on. A read whose answer takes longer than usual is sent to another instance as well, if there is one:
 * whoever answers first is heard, and the connection to the other is closed, by which a service knows that it can stop.
 *
 * <p>This is the outermost owner of a request, and so the only one that repeats: a service tries each call to another once, as its
 * channels and clients are set up to. It stands inside the deadline, which all attempts share, and outside of the choice of an instance
 * and of whatever refuses to ask it, so that each attempt chooses and asks anew. The order is explained in decision 0012.
 *
 * <p>The body of a {@code POST} that may be repeated is read whole before the service is asked, and kept until it is answered; at most
 * {@value #LARGEST_BODY} bytes, which is what the platform accepts, and only if its length was said before.
 */
public final class RetryFilter implements GlobalFilter, Ordered {

    static final String KEY = "Idempotency-Key";
    static final int LARGEST_BODY = 64 * 1024;

    private final Map<String, ReactorRetries> byRoute;
    private final Elsewhere elsewhere;

    /** @param retries of the routes whose requests may be repeated, under the route's id */
    public RetryFilter(List<Retries> retries, Elsewhere elsewhere, LongSupplier nanoClock) {
        this.elsewhere = elsewhere;
        this.byRoute = retries.stream()
                .collect(Collectors.toUnmodifiableMap(Retries::name, each -> new ReactorRetries(each, nanoClock)));
    }

    /** How often the request was sent; 0 if it was not, or is one that is never repeated. */
    public static int attemptsAt(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(Attempt.COUNT, 0);
    }

    /** Inside of the filter that writes the answer, which waits for the head of one, and of the one that measures; outside of all others. */
    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER + 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        var route = exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route found ? found.getId() : "none";
        var retries = byRoute.get(route);
        if (retries == null) {
            return chain.filter(exchange);
        }
        var request = exchange.getRequest();
        if (isPlainRead(request)) {
            return new Repeatable(route, exchange, chain, request, without(request)).askedBy(retries);
        }
        if (isKeyed(request)) {
            return body(request).flatMap(bytes -> {
                var kept = with(bytes, request, exchange.getResponse().bufferFactory());
                return new Repeatable(route, exchange, chain, kept, kept).askedBy(retries);
            });
        }
        return chain.filter(exchange);
    }

    private static boolean isPlainRead(ServerHttpRequest request) {
        var headers = request.getHeaders();
        return (request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD)
                && headers.getContentLength() <= 0
                && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean isKeyed(ServerHttpRequest request) {
        var length = request.getHeaders().getContentLength();
        return request.getMethod() == HttpMethod.POST
                && request.getHeaders().containsHeader(KEY)
                && length >= 0
                && length <= LARGEST_BODY;
    }

    private static Mono<byte[]> body(ServerHttpRequest request) {
        return DataBufferUtils.join(request.getBody(), LARGEST_BODY)
                .map(buffer -> {
                    var bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0]);
    }

    private static ServerHttpRequest without(ServerHttpRequest request) {
        return new Sent(request, Flux.empty());
    }

    private static ServerHttpRequest with(byte[] body, ServerHttpRequest request, DataBufferFactory buffers) {
        return new Sent(request, Mono.fromSupplier(() -> buffers.wrap(body)).flux());
    }

    /** A request with a body that can be read again. */
    private static final class Sent extends ServerHttpRequestDecorator {

        private final Flux<DataBuffer> body;

        Sent(ServerHttpRequest request, Flux<DataBuffer> body) {
            super(request);
            this.body = body;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body;
        }
    }

    /** One request of a client. */
    private final class Repeatable implements Asking<Attempt> {

        private final String route;
        private final ServerWebExchange exchange;
        private final GatewayFilterChain chain;
        private final ServerHttpRequest first;
        private final ServerHttpRequest again;
        private volatile @Nullable Attempt adopted;
        private volatile boolean left;

        Repeatable(
                String route,
                ServerWebExchange exchange,
                GatewayFilterChain chain,
                ServerHttpRequest first,
                ServerHttpRequest again) {
            this.route = route;
            this.exchange = exchange;
            this.chain = chain;
            this.first = first;
            this.again = again;
        }

        Mono<Void> askedBy(ReactorRetries retries) {
            return retries.ask(this).doOnNext(this::adopt).then().doOnCancel(this::leave);
        }

        @Override
        public Mono<Attempt> attempt(int number) {
            exchange.getAttributes().put(Attempt.COUNT, number);
            var attempt = new Attempt(exchange, number, number == 1 ? first : again);
            return chain.filter(attempt)
                    .thenReturn(attempt)
                    .doOnError(_ -> attempt.abandon())
                    .doOnCancel(attempt::abandon);
        }

        @Override
        public AttemptEnd endOf(Attempt attempt) {
            var status = attempt.answer().getStatusCode();
            var headers = attempt.answer().getHeaders();
            return AttemptEnd.ofHttp(
                    status == null ? 200 : status.value(),
                    headers.containsHeader(TimeoutHeader.EXPIRED),
                    pushbackNanos(attempt),
                    headers.containsHeader(HttpHeaders.LOCATION));
        }

        @Override
        public AttemptEnd endOf(Throwable fault) {
            return FailedAttempts.endOf(fault);
        }

        @Override
        public long pushbackNanos(Attempt attempt) {
            return Pushback.nanos(attempt.answer().getHeaders().getFirst(HttpHeaders.RETRY_AFTER));
        }

        @Override
        public void drop(Attempt attempt) {
            attempt.abandon();
        }

        @Override
        public long remainingNanos() {
            return ArrivalFilter.scopeOf(exchange)
                    .map(scope -> scope.deadline().remainingNanos())
                    .orElse(Breaker.NO_DEADLINE);
        }

        /** A keyed post would be told that the first one is being worked on, and that is an answer. */
        @Override
        public boolean isHedgeable() {
            return !first.getMethod().equals(HttpMethod.POST) && elsewhere.untried(exchange) > 1;
        }

        @Override
        public boolean canHedge() {
            return elsewhere.untried(exchange) > 0 && elsewhere.hasRoom(route);
        }

        /** The thread that serves the client: nothing else that this request does runs meanwhile. */
        @Override
        public Scheduler scheduler() {
            return ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()) instanceof Connection connection
                    ? Schedulers.fromExecutorService(connection.channel().eventLoop())
                    : Schedulers.parallel();
        }

        private void adopt(Attempt attempt) {
            attempt.adopt();
            adopted = attempt;
            if (left) {
                attempt.abandon(); // in the same moment, and by another thread
            }
        }

        private void leave() {
            left = true;
            var attempt = adopted;
            if (attempt != null) {
                attempt.abandon();
            }
        }
    }
}
