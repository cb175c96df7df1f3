package io.meridian.deadline.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.reactor.ReactorDeadline;
import io.meridian.deadline.reactor.ReactorScope;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Gives a request what its client asks for and its route allows, and ends it a grace after that has passed, whatever it is at by then:
 * before the head of the answer it fails with a {@link ScopeEndedException}; in the middle of the body the client's connection
 * (HTTP/2: its stream) is cut, so that half an answer is not taken for a whole one. A client that goes away ends it too. Either
 * way the call to the service behind is cancelled and the connection to it closed.
 */
public final class BudgetFilter implements GlobalFilter, Ordered {

    /** What stays of the answer that came too late; its body does not, nor what describes that. */
    private static final Set<String> KEPT = Set.of("location", "server-timing");

    private final RouteBudgets budgets;
    private final ReactorDeadline deadlines;
    private final Duration grace;
    private final DeadlineListener listener;

    /**
     * @param grace how long after the deadline an answer is still taken: a service that gives up in time says more than we could (where the
     *     order is, for one), and its answer comes when the time is up
     */
    public BudgetFilter(RouteBudgets budgets, ReactorDeadline deadlines, Duration grace, DeadlineListener listener) {
        this.budgets = budgets;
        this.deadlines = deadlines;
        this.grace = grace;
        this.listener = listener;
    }

    /** Outside of every filter that waits for somebody, the one that writes the answer included. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 100;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        var visit = Visit.of(exchange);
        if (visit == null || !(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route)) {
            return chain.filter(exchange);
        }
        var budget = budgets.of(route).of(visit.asked());
        var scope = visit.within(budget);
        visit.admit(scope);
        if (scope.isOver()) {
            listener.refusedAtEntry(scope.name());
            return Mono.error(new ScopeEndedException(scope.ending().orElse(Ending.EXPIRED), "routing to " + route.getId()));
        }
        listener.opened(scope);
        var withGrace = visit.within(budget.plus(grace));
        return deadlines
                .bounded(withGrace, threadOf(exchange.getRequest()), () -> stage(visit, exchange), "answering from " + route.getId(), chain.filter(exchange))
                .doFinally(signal -> end(visit, exchange, signal))
                .onErrorResume(ScopeEndedException.class, ended -> told(exchange, ended))
                .contextWrite(ReactorScope.of(scope));
    }

    // The server's own: nothing else that this request does runs meanwhile.
    private static Executor threadOf(ServerHttpRequest request) {
        var connection = connectionOf(request);
        return connection != null
                ? connection.channel().eventLoop()
                : task -> Schedulers.parallel().schedule(task);
    }

    /** The client's; null if it did not come over Reactor Netty. */
    static @Nullable Connection connectionOf(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection ? connection : null;
    }

    private static Stage stage(Visit visit, ServerWebExchange exchange) {
        if (exchange.getResponse().isCommitted()) {
            return Stage.ANSWER;
        }
        return visit.call() == null ? Stage.QUEUE : Stage.CALL;
    }

    private static Mono<Void> told(ServerWebExchange exchange, ScopeEndedException ended) {
        if (!exchange.getResponse().isCommitted()) {
            forgetAnswer(exchange);
            return Mono.error(ended);
        }
        var connection = connectionOf(exchange.getRequest());
        if (connection == null) {
            return Mono.error(ended);
        }
        // Its end is the end of this exchange and cancels it. After an error the server would close it too, and call that a fault.
        connection.channel().close();
        return Mono.never();
    }

    /** The head of an answer may be there already, while its body has not begun. */
    private static void forgetAnswer(ServerWebExchange exchange) {
        Collection<String> names = exchange.getAttributeOrDefault(CLIENT_RESPONSE_HEADER_NAMES, List.of());
        var headers = exchange.getResponse().getHeaders();
        for (var name : List.copyOf(names)) {
            var lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT.contains(lower) && !lower.startsWith("x-")) {
                headers.remove(name);
            }
        }
    }

    private void end(Visit visit, ServerWebExchange exchange, SignalType signal) {
        var scope = visit.scope();
        if (signal == SignalType.CANCEL) {
            scope.cancel();
            listener.stopped(stage(visit, exchange), Ending.CALLER_GONE);
        }
        if (signal == SignalType.CANCEL || signal == SignalType.ON_ERROR) {
            visit.end();
            // An answer that came in the same moment was not seen by whoever closes the connection otherwise.
            DispatchFilter.close(exchange.getAttribute(CLIENT_RESPONSE_CONN_ATTR));
        }
        var call = visit.begin(null);
        if (call != null) {
            listener.returned(call.hop().name(), call.granted(), call.reserved(), call.used());
        }
        var granted = scope.deadline().budget();
        listener.closed(scope, granted, Duration.ofNanos(granted.toNanos() - scope.deadline().remainingNanos()));
    }
}
