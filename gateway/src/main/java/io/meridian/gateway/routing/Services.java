package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.ejection.EjectionListener;
import io.meridian.breaker.ejection.EjectionSettings;
import io.meridian.breaker.ejection.Instances;
import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;

/** The services behind this gateway and the instances of each. */
public final class Services {

    public static final String ORDER = "order";
    public static final String INVENTORY = "inventory";
    public static final String PAYMENT = "payment";
    public static final String ORDER_GRPC = "order-grpc";

    /** Under which a route's metadata has the name of the service that answers it. */
    public static final String NAME = Services.class.getName() + ".name";

    private final Map<String, Instances<URI>> instances = new TreeMap<>();

    public Services(RoutingProperties settings, EjectionListener listener) {
        settings.addresses()
                .forEach((name, addresses) -> instances.put(
                        name,
                        new Instances<>(
                                name,
                                addresses,
                                EjectionSettings.USUAL,
                                System::nanoTime,
                                ThreadLocalRandom::current,
                                listener)));
    }

    /** The service's instances; {@code name} is one of the constants. */
    public Instances<URI> named(String name) {
        return Objects.requireNonNull(instances.get(name), name);
    }

    /** Those that answer this route. */
    Instances<URI> of(Route route) {
        return named((String) Objects.requireNonNull(route.getMetadata().get(NAME), route.getId()));
    }

    /** How many instances take part that could answer this request and were not asked. */
    public int untried(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route
                        && route.getMetadata().containsKey(NAME)
                ? of(route).others(TargetFilter.tried(exchange))
                : 0;
    }

    /** All of them, in the order of their names. */
    public Collection<Instances<URI>> all() {
        return instances.values();
    }
}
