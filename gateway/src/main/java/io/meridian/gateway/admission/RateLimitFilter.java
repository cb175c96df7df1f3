package io.meridian.gateway.admission;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Refuses with 429 what a client asks beyond its {@link Rate}, and tells it on every answer what it has left
 * ({@code RateLimit} and {@code RateLimit-Policy}, draft-ietf-httpapi-ratelimit-headers-10). Only what costs the services
 * something is counted: the API and gRPC, not health, not the documents of this gateway.
 */
public final class RateLimitFilter implements WebFilter {

    private final RateLimiter limiter;
    private final Clients clients;

    public RateLimitFilter(RateLimiter limiter, Clients clients) {
        this.limiter = limiter;
        this.clients = clients;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!isCounted(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        var request = exchange.getRequest();
        return limiter.take(clients.nameOf(request))
                .publishOn(threadOf(request))
                .flatMap(allowance -> {
                    tell(allowance, exchange.getResponse().getHeaders());
                    return allowance.admitted() ? chain.filter(exchange) : Mono.error(refusal(allowance));
                });
    }

    private static boolean isCounted(ServerHttpRequest request) {
        var path = request.getPath().value();
        return path.startsWith("/api/") || path.startsWith("/order.") || path.startsWith("/grpc.");
    }

    // The answer may come on a thread of the Redis client or of a timer; neither should go on to serve requests.
    private static Scheduler threadOf(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection
                ? Schedulers.fromExecutor(connection.channel().eventLoop())
                : Schedulers.immediate();
    }

    private static void tell(Allowance allowance, HttpHeaders headers) {
        var rate = allowance.rate();
        headers.set("RateLimit-Policy", "\"client\";q=" + rate.burst() + ";w=" + Math.max(1, rate.credit().toSeconds()));
        headers.set("RateLimit", "\"client\";r=" + allowance.remaining() + ";t=" + allowance.resetSeconds());
    }

    private static ProblemException refusal(Allowance allowance) {
        var rate = allowance.rate();
        return ProblemException.of(
                        Problem.RATE_LIMITED,
                        "At most " + rate.perSecond() + " requests per second and " + rate.burst()
                                + " at once are accepted from one client; ask again after the time in Retry-After.")
                .header(HttpHeaders.RETRY_AFTER, Long.toString(allowance.retryAfterSeconds()));
    }
}
