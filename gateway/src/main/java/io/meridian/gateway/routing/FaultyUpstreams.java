package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.edges.ProblemException;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.reactive.ReactiveFaults;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Lets the calls to a service be struck by the faults that are set on {@code gateway.<service>}: as if the way there were slow or
 * broken. So a failed one fails like a broken connection, and everything that watches the calls sees it.
 */
public final class FaultyUpstreams implements GlobalFilter, Ordered {

    private static final String OWN = "gateway.";

    private final FaultBoard board;

    public FaultyUpstreams(FaultBoard board) {
        this.board = board;
    }

    /** The services, by the target that stands for the calls to each. */
    public static Map<String, String> targets() {
        return Stream.of("order", "inventory", "payment")
                .collect(Collectors.toMap(it -> OWN + it, it -> "calls to the " + it + " service"));
    }

    /** Inside of whatever decides about a call, and of what tells the service how much time is left: the way comes after that. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 5;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        var call = chain.filter(exchange);
        return board.isQuiet()
                ? call
                : target(exchange)
                        .map(target -> ReactiveFaults.through(board, target, FaultyUpstreams::broken, call))
                        .orElse(call);
    }

    private static Throwable broken(ProblemException struck) {
        return new IOException(struck.detail());
    }

    private static Optional<String> target(ServerWebExchange exchange) {
        if (!(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route)) {
            return Optional.empty();
        }
        var id = route.getId();
        return targets().keySet().stream()
                .filter(it -> id.startsWith(it.substring(OWN.length())))
                .findFirst();
    }
}
