package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import java.net.URI;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/** The public paths and who answers them; everything else does not exist. */
public final class Routes {

    private static final HttpMethod[] READING = {GET, HEAD};

    // Where a path exists but not the method: never asked, because the refusal comes before.
    private static final URI NOWHERE = URI.create("no://where");

    private final RouteLocatorBuilder builder;
    private final RoutingProperties settings;
    private final GatewayFilter overGrpc;

    /** @param grpc forwards a request over HTTP/2 */
    public Routes(RouteLocatorBuilder builder, RoutingProperties settings, NettyRoutingFilter grpc) {
        this.builder = builder;
        this.settings = settings;
        this.overGrpc = new OrderedGatewayFilter(grpc::filter, Ordered.LOWEST_PRECEDENCE - 1);
    }

    public RouteLocator locator() {
        var placing = settings.timeouts().placing().toMillis();
        var following = settings.timeouts().following().toMillis();
        var reading = settings.timeouts().reading().toMillis();
        return builder.routes()
                .route("order-placing", request -> request.path("/api/orders/**")
                        .and()
                        .method(POST)
                        .metadata(RESPONSE_TIMEOUT_ATTR, placing)
                        .uri(settings.order()))
                .route("order-events", request -> request.path("/api/orders/*/events")
                        .and()
                        .method(READING)
                        .metadata(RESPONSE_TIMEOUT_ATTR, following)
                        .uri(settings.order()))
                .route("order-reading", request -> request.path("/api/orders/**")
                        .and()
                        .method(READING)
                        .metadata(RESPONSE_TIMEOUT_ATTR, reading)
                        .uri(settings.order()))
                .route("inventory", request -> request.path("/api/inventory/**")
                        .and()
                        .method(READING)
                        .metadata(RESPONSE_TIMEOUT_ATTR, reading)
                        .uri(settings.inventory()))
                .route("payments", request -> request.path("/api/payments/**")
                        .and()
                        .method(READING)
                        .metadata(RESPONSE_TIMEOUT_ATTR, reading)
                        .uri(settings.payment()))
                .route("order-grpc", request -> request.path(
                                "/order.v1.OrderService/*",
                                "/grpc.health.v1.Health/*",
                                "/grpc.reflection.v1.ServerReflection/*",
                                "/grpc.reflection.v1alpha.ServerReflection/*")
                        .and()
                        .method(POST)
                        .and()
                        .header(HttpHeaders.CONTENT_TYPE, "application/grpc.*")
                        .filters(filters -> filters.filter(overGrpc))
                        .metadata(RESPONSE_TIMEOUT_ATTR, placing)
                        .uri("http://" + settings.orderGrpc()))
                .route("orders-otherwise", request -> request.path("/api/orders/**")
                        .filters(filters -> filters.filter(allowingOnly("GET, HEAD, POST")))
                        .uri(NOWHERE))
                .route("reading-otherwise", request -> request.path("/api/inventory/**", "/api/payments/**")
                        .filters(filters -> filters.filter(allowingOnly("GET, HEAD")))
                        .uri(NOWHERE))
                .build();
    }

    private static GatewayFilter allowingOnly(String methods) {
        return (_, _) -> Mono.error(
                ProblemException.of(Problem.METHOD_NOT_ALLOWED, "Only " + methods + " can be used here.")
                        .header(HttpHeaders.ALLOW, methods));
    }
}
