package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.net.URI;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Puts the request's path and query behind the address of its route, as they were sent. It stands in the place of
 * {@link RouteToRequestUrlFilter}, which escapes what is escaped already when a query has an {@code =} in a value.
 */
public final class TargetFilter implements GlobalFilter, Ordered {

    @Override
    public int getOrder() {
        return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route) {
            var asked = exchange.getRequest().getURI();
            var query = asked.getRawQuery();
            var target = route.getUri().getScheme() + "://" + route.getUri().getAuthority() + asked.getRawPath()
                    + (query == null ? "" : "?" + query);
            exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, URI.create(target));
        }
        return chain.filter(exchange);
    }
}
