package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.ejection.Attempt;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Chooses the instance that answers, anew for each attempt, and puts the request's path and query behind its address, as they were
 * sent. It stands in the place of {@link RouteToRequestUrlFilter}, which escapes what is escaped already when a query has an {@code =} in
 * a value.
 *
 * <p>A filter that asks again stands outside: its next attempt comes by here and goes to an instance that this exchange has not tried,
 * if there is one. What became of an attempt is known when the head of the answer is here; a body that breaks off is not learnt from.
 */
public final class TargetFilter implements GlobalFilter, Ordered {

    /** Under which the exchange has the addresses of the instances that were asked, a {@code Set<URI>} that any thread may read. */
    public static final String TRIED = TargetFilter.class.getName() + ".tried";

    /** Under which the exchange has the address of the instance that was asked, a {@code URI}. */
    public static final String INSTANCE = TargetFilter.class.getName() + ".instance";

    private final Services services;

    public TargetFilter(Services services) {
        this.services = services;
    }

    @Override
    public int getOrder() {
        return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (!(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route)
                || !route.getMetadata().containsKey(Services.NAME)) {
            return chain.filter(exchange); // refused further on, asking nobody
        }
        var tried = tried(exchange);
        var attempt = services.of(route).choose(tried);
        tried.add(attempt.instance());
        exchange.getAttributes().put(INSTANCE, attempt.instance());
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, target(attempt.instance(), exchange));
        return chain.filter(exchange)
                .doOnSuccess(_ -> attempt.end(ServiceOutcomes.of(exchange)))
                .doOnError(fault -> end(attempt, fault))
                .doOnCancel(() -> attempt.end(ServiceOutcomes.ofCancelled(exchange)));
    }

    private static void end(Attempt<?> attempt, Throwable fault) {
        switch (fault) {
            case ConnectException _, UnknownHostException _ -> attempt.unreachable(); // and nothing was sent
            default -> attempt.end(ServiceOutcomes.of(fault));
        }
    }

    @SuppressWarnings("unchecked") // nobody else puts anything there
    static Set<URI> tried(ServerWebExchange exchange) {
        return (Set<URI>) exchange.getAttributes().computeIfAbsent(TRIED, _ -> ConcurrentHashMap.<URI>newKeySet());
    }

    /**
     * Has the exchange remember who was tried before there are attempts: each of them has attributes of its own, which begin as a copy of
     * those of the request, so that all have the same memory.
     */
    public static final class Memory implements GlobalFilter, Ordered {

        /** Outside of whatever asks again. */
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE + 200;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            var _ = tried(exchange);
            return chain.filter(exchange);
        }
    }

    private static URI target(URI instance, ServerWebExchange exchange) {
        var asked = exchange.getRequest().getURI();
        var query = asked.getRawQuery();
        return URI.create(instance.getScheme() + "://" + instance.getAuthority() + asked.getRawPath()
                + (query == null ? "" : "?" + query));
    }
}
