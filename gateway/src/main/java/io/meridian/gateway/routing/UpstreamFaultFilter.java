package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.CallRejectedException;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Says what it means for the caller that a service did not answer. Nothing is sent again here: what could be repeated has been, inside
 * ({@code io.meridian.gateway.repeating}). Whether the service has acted is not known, and who may repeat now is the caller's knowledge.
 *
 * <table>
 *   <caption>What is told</caption>
 *   <tr><td>no connection, or it broke before the answer</td><td>503 dependency-unavailable</td></tr>
 *   <tr><td>not asked, because it does not work at the moment or fails most of its calls</td><td>503 dependency-unavailable, with the time
 *       after which it is asked again</td></tr>
 *   <tr><td>all connections in use for too long; not asked, because it has as much to do as it can</td><td>503 overloaded</td></tr>
 *   <tr><td>no answer in time, or too little time for one</td><td>504 deadline-exceeded, {@code x-deadline-expired: 1}</td></tr>
 * </table>
 */
public final class UpstreamFaultFilter implements GlobalFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(UpstreamFaultFilter.class);

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange).onErrorMap(fault -> {
            var told = asTold(fault);
            if (told != fault && !(fault instanceof CallRejectedException)) { // of a breaker, every change is told once
                // A deadline that passed is counted by the deadline's own meters; clients that are in a hurry are no news.
                log.atLevel(fault instanceof ScopeEndedException ? Level.DEBUG : Level.WARN)
                        .addKeyValue("route", routeOf(exchange))
                        .addKeyValue("cause", fault.toString())
                        .log("upstream did not answer: {}", told.getMessage());
            }
            return told;
        });
    }

    /** What the caller is told of {@code fault}; that itself if it says nothing about a service. */
    public static Throwable asTold(Throwable fault) {
        return switch (fault) {
            // The routing filter takes a wait for a connection for a wait for the answer: both are timeouts.
            case ResponseStatusException wrapper when wrapper.getCause() instanceof TimeoutException cause ->
                asTold(cause);
            case PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ ->
                ProblemException.of(Problem.OVERLOADED, "All connections to the service behind this path are in use.");
            case CallRejectedException rejected -> asTold(rejected);
            case ScopeEndedException _ ->
                ProblemException.of(
                        Problem.DEADLINE_EXCEEDED,
                        "The answer was not there within the time the request has; x-request-timeout-ms can shorten it.");
            case TimeoutException _, ReadTimeoutException _ ->
                ProblemException.of(
                        Problem.DEADLINE_EXCEEDED, "The service behind this path did not answer in time.");
            case IOException _, DecoderException _, Http2Exception _, Http2FrameStreamException _ ->
                ProblemException.of(Problem.DEPENDENCY_UNAVAILABLE, "The service behind this path did not answer.");
            default -> fault;
        };
    }

    private static ProblemException asTold(CallRejectedException rejected) {
        var retryAfter = Long.toString(seconds(rejected.retryAfter()));
        return switch (rejected.reason()) {
            case OPEN ->
                ProblemException.of(
                                Problem.DEPENDENCY_UNAVAILABLE,
                                "The service behind this path does not work at the moment. Nothing was sent to it.")
                        .header("Retry-After", retryAfter);
            case THROTTLE ->
                ProblemException.of(
                                Problem.DEPENDENCY_UNAVAILABLE,
                                "The service behind this path fails most of its requests. This one was not sent to it.")
                        .header("Retry-After", retryAfter);
            case LIMIT ->
                ProblemException.of(
                                Problem.OVERLOADED,
                                "The service behind this path has as much to do as it can. Nothing was sent to it.")
                        .header("Retry-After", retryAfter);
            case DEADLINE ->
                ProblemException.of(
                        Problem.DEADLINE_EXCEEDED,
                        "The service behind this path would hardly answer within the time the request has. Nothing was sent to"
                                + " it.");
        };
    }

    /** Whole seconds, as HTTP has them: rather too long than too short, and never none. */
    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static String routeOf(ServerWebExchange exchange) {
        return exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route ? route.getId() : "none";
    }
}
