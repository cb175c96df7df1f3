package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.HEAD;
import static org.springframework.http.HttpMethod.POST;

import io.meridian.deadline.gateway.RouteBudgets;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.PredicateSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.cloud.gateway.route.builder.UriSpec;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/** The public paths and who answers them; everything else does not exist. */
public final class Routes {

    /** Requests that change an order, or make one. */
    public static final String ORDER_PLACING = "order-placing";

    public static final String ORDER_READING = "order-reading";

    public static final String ORDER_EVENTS = "order-events";

    /** Calls of gRPC, whatever they do, that are no streams. */
    public static final String ORDER_GRPC = "order-grpc";

    public static final String INVENTORY = "inventory";

    public static final String PAYMENTS = "payments";

    private static final HttpMethod[] READING = {GET, HEAD};

    // Where a path exists but not the method: never asked, because the refusal comes before.
    private static final URI NOWHERE = URI.create("no://where");

    private final RouteLocatorBuilder builder;
    private final RoutingProperties settings;
    private final Map<String, List<URI>> addresses;
    private final GatewayFilter overGrpc;

    /** @param grpc forwards a request over HTTP/2 */
    public Routes(RouteLocatorBuilder builder, RoutingProperties settings, NettyRoutingFilter grpc) {
        this.builder = builder;
        this.settings = settings;
        this.addresses = settings.addresses();
        this.overGrpc = new OrderedGatewayFilter(grpc::filter, Ordered.LOWEST_PRECEDENCE - 1);
    }

    public RouteLocator locator() {
        return builder.routes()
                .route(ORDER_PLACING, request -> request.path("/api/orders/**")
                        .and()
                        .method(POST)
                        .metadata(within(Services.ORDER, settings.timeouts().placing()))
                        .uri(firstOf(Services.ORDER)))
                .route(ORDER_EVENTS, request -> request.path("/api/orders/*/events")
                        .and()
                        .method(READING)
                        .metadata(streaming(Services.ORDER))
                        .uri(firstOf(Services.ORDER)))
                .route(ORDER_READING, request -> request.path("/api/orders/**")
                        .and()
                        .method(READING)
                        .metadata(within(Services.ORDER, settings.timeouts().reading()))
                        .uri(firstOf(Services.ORDER)))
                .route(INVENTORY, request -> request.path("/api/inventory/**")
                        .and()
                        .method(READING)
                        .metadata(within(Services.INVENTORY, settings.timeouts().reading()))
                        .uri(firstOf(Services.INVENTORY)))
                .route(PAYMENTS, request -> request.path("/api/payments/**")
                        .and()
                        .method(READING)
                        .metadata(within(Services.PAYMENT, settings.timeouts().reading()))
                        .uri(firstOf(Services.PAYMENT)))
                .route("order-grpc-streams", request -> grpc(
                                request,
                                "/order.v1.OrderService/WatchOrder",
                                "/grpc.health.v1.Health/Watch",
                                "/grpc.reflection.v1.ServerReflection/*",
                                "/grpc.reflection.v1alpha.ServerReflection/*")
                        .metadata(streaming(Services.ORDER_GRPC))
                        .uri(firstOf(Services.ORDER_GRPC)))
                .route(ORDER_GRPC, request -> grpc(request, "/order.v1.OrderService/*", "/grpc.health.v1.Health/*")
                        .metadata(within(Services.ORDER_GRPC, settings.timeouts().placing()))
                        .uri(firstOf(Services.ORDER_GRPC)))
                .route("orders-otherwise", request -> request.path("/api/orders/**")
                        .filters(filters -> filters.filter(allowingOnly("GET, HEAD, POST")))
                        .uri(NOWHERE))
                .route("reading-otherwise", request -> request.path("/api/inventory/**", "/api/payments/**")
                        .filters(filters -> filters.filter(allowingOnly("GET, HEAD")))
                        .uri(NOWHERE))
                .build();
    }

    private UriSpec grpc(PredicateSpec request, String... paths) {
        return request.path(paths)
                .and()
                .method(POST)
                .and()
                .header(HttpHeaders.CONTENT_TYPE, "application/grpc.*")
                .filters(filters -> filters.filter(overGrpc));
    }

    // The time until the head of the answer is limited in another way too, which holds without any deadlines.
    private static Map<String, Object> within(String service, Duration most) {
        return Map.of(Services.NAME, service, RouteBudgets.MOST, most, RESPONSE_TIMEOUT_ATTR, most.toMillis());
    }

    private Map<String, Object> streaming(String service) {
        var timeouts = settings.timeouts();
        return Map.of(
                Services.NAME, service,
                RouteBudgets.STREAM, true,
                RouteBudgets.MOST, timeouts.stream(),
                RESPONSE_TIMEOUT_ATTR, timeouts.following().toMillis());
    }

    // A route has to have one address; TargetFilter puts that of the instance in its place.
    private URI firstOf(String service) {
        return Objects.requireNonNull(addresses.get(service)).getFirst();
    }

    private static GatewayFilter allowingOnly(String methods) {
        return (_, _) -> Mono.error(
                ProblemException.of(Problem.METHOD_NOT_ALLOWED, "Only " + methods + " can be used here.")
                        .header(HttpHeaders.ALLOW, methods));
    }
}
