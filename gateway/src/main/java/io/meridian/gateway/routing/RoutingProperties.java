package io.meridian.gateway.routing;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the services are and how long they may take.
 *
 * @param order the order service's HTTP door, such as {@code http://order-service:8081}, or those of its instances with commas between
 *     them
 * @param inventory the inventory service's HTTP door, or doors
 * @param payment the payment service's HTTP door, or doors
 * @param orderGrpc the order service's gRPC door as {@code host:port}, or doors
 * @param timeouts how long the services may take
 * @param pool how connections to them are kept
 */
@ConfigurationProperties("meridian.gateway.routing")
public record RoutingProperties(
        String order,
        String inventory,
        String payment,
        String orderGrpc,
        @DefaultValue Timeouts timeouts,
        @DefaultValue Pool pool) {

    public RoutingProperties {
        var _ = addresses(order, inventory, payment, orderGrpc);
    }

    /** The addresses of each service's instances, by the names that {@link Services} has for them. */
    public Map<String, List<URI>> addresses() {
        return addresses(order, inventory, payment, orderGrpc);
    }

    private static Map<String, List<URI>> addresses(String order, String inventory, String payment, String orderGrpc) {
        return Map.of(
                Services.ORDER, Addresses.http("meridian.gateway.routing.order", order),
                Services.INVENTORY, Addresses.http("meridian.gateway.routing.inventory", inventory),
                Services.PAYMENT, Addresses.http("meridian.gateway.routing.payment", payment),
                Services.ORDER_GRPC, Addresses.grpc("meridian.gateway.routing.order-grpc", orderGrpc));
    }

    /**
     * The most an answer may take, from the arrival of the request to the last byte; a client may ask for less.
     *
     * @param connect until a connection stands
     * @param placing for a request that changes something, and for gRPC; at most 30 s
     * @param reading for a request that changes nothing; at most 30 s
     * @param following until the head of a stream has come, which may have nothing to tell before its first sign of life after
     *     10 s
     * @param stream for a whole stream, over HTTP or gRPC; longer than a service keeps one, so that it is the service that ends it
     */
    public record Timeouts(
            @DefaultValue("1s") Duration connect,
            @DefaultValue("5s") Duration placing,
            @DefaultValue("2s") Duration reading,
            @DefaultValue("30s") Duration following,
            @DefaultValue("11m") Duration stream) {

        public Timeouts {
            requirePositive("timeouts.connect", connect);
            requirePositive("timeouts.placing", placing);
            requirePositive("timeouts.reading", reading);
            requirePositive("timeouts.following", following);
            requirePositive("timeouts.stream", stream);
        }
    }

    /**
     * The connections to one service.
     *
     * @param maxConnections how many stand at most
     * @param maxWaiting how many requests wait at most for one of them; the next is refused at once
     * @param maxWait how long one waits before it is refused
     * @param maxIdle after which a resting connection is closed; must be below the time after which a service closes it
     *     (60 s for an embedded Tomcat), or requests meet closed connections
     * @param maxLife after which a connection is replaced, so that new instances get their share
     */
    public record Pool(
            @DefaultValue("256") int maxConnections,
            @DefaultValue("1024") int maxWaiting,
            @DefaultValue("500ms") Duration maxWait,
            @DefaultValue("15s") Duration maxIdle,
            @DefaultValue("5m") Duration maxLife) {

        public Pool {
            if (maxConnections < 1) {
                throw new IllegalArgumentException(
                        "meridian.gateway.routing.pool.max-connections must be at least 1, was " + maxConnections);
            }
            if (maxWaiting < 0) {
                throw new IllegalArgumentException(
                        "meridian.gateway.routing.pool.max-waiting must not be negative, was " + maxWaiting);
            }
            requirePositive("pool.max-wait", maxWait);
            requirePositive("pool.max-idle", maxIdle);
            requirePositive("pool.max-life", maxLife);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("meridian.gateway.routing." + name + " must be positive, was " + value);
        }
    }
}
