package io.meridian.deadline.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.TimeoutHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * The last before the service is asked, so that whatever took time before counts: takes away what the client said of timeouts in any
 * dialect, and tells the service what is left for it, in {@code grpc-timeout} for gRPC and in {@code x-request-timeout-ms}
 * otherwise. If too little is left it is not asked. Where a filter asks again, all its attempts share one deadline.
 *
 * <p>The service is given less than is left by the {@link Reserve}, in which its own refusal has the time to come back. A fault of the
 * call that comes after the service's time is told as what it is, the deadline.
 */
public final class DispatchFilter implements GlobalFilter, Ordered {

    private static final List<String> TIMEOUTS = List.of(
            TimeoutHeader.NAME,
            TimeoutHeader.ENVOY,
            TimeoutHeader.GRPC,
            TimeoutHeader.EXPIRED,
            "x-envoy-upstream-rq-timeout-ms",
            "x-envoy-upstream-rq-per-try-timeout-ms",
            "finagle-ctx-com.twitter.finagle.deadline");

    private final RouteBudgets budgets;
    private final Duration least;
    private final MissingDeadline missing;
    private final DeadlineListener listener;
    private final Map<Way, Hop> hops = new ConcurrentHashMap<>();

    private record Way(String route, Duration most) {}

    /** @param least what a call needs to be worth making, see {@link Hop} */
    public DispatchFilter(RouteBudgets budgets, Duration least, MissingDeadline missing, DeadlineListener listener) {
        this.budgets = budgets;
        this.least = least;
        this.missing = missing;
        this.listener = listener;
    }

    /** Just before the filters that ask, which are the last and the one before. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 10;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        var visit = Visit.of(exchange);
        if (visit == null || !(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route)) {
            missing.met(Stage.CALL);
            return chain.filter(exchange);
        }
        visit.scope().check("asking " + route.getId());
        var hop = hops.computeIfAbsent(new Way(route.getId(), budgets.of(route).most()), this::hop);
        return switch (hop.grant(visit.scope().deadline())) {
            case Hop.Budget.Refused(var left, var needed) -> {
                listener.refusedBeforeDispatch(hop.name(), left);
                yield Mono.error(new ScopeEndedException(
                        Ending.EXPIRED,
                        "asking " + hop.name() + ", which needs " + needed + " and would have had " + left));
            }
            case Hop.Budget.Granted(var deadline, var reserved) -> {
                begin(visit, new Visit.Call(hop, deadline.budget(), reserved, System.nanoTime()));
                yield chain.filter(exchange.mutate().request(new Told(exchange.getRequest(), deadline)).build())
                        .onErrorMap(fault -> asTold(fault, deadline, hop));
            }
        };
    }

    private Hop hop(Way way) {
        return new Hop(way.route(), way.most(), least.compareTo(way.most()) < 0 ? least : way.most(), Reserve.USUAL);
    }

    private void begin(Visit visit, Visit.Call call) {
        var before = visit.begin(call);
        if (before != null) {
            listener.returned(before.hop().name(), before.granted(), before.reserved(), before.used());
        }
        listener.granted(call.hop().name(), call.granted(), call.reserved());
    }

    private static Throwable asTold(Throwable fault, Deadline deadline, Hop hop) {
        return deadline.hasPassed() && !(fault instanceof ScopeEndedException)
                ? new ScopeEndedException(Ending.EXPIRED, "asking " + hop.name(), fault)
                : fault;
    }

    /** Closes the connection to the service, unless it has done its part and serves others. */
    static void close(@Nullable Connection connection) {
        if (connection != null) {
            connection.dispose();
        }
    }

    /** What the service is told. */
    private static final class Told extends ServerHttpRequestDecorator {

        private final HttpHeaders headers = new HttpHeaders();

        Told(ServerHttpRequest request, Deadline deadline) {
            super(request);
            headers.addAll(request.getHeaders());
            TIMEOUTS.forEach(headers::remove);
            if (ArrivalFilter.isGrpc(request)) {
                headers.set(TimeoutHeader.GRPC, GrpcTimeout.write(deadline.remaining()));
            } else {
                headers.set(TimeoutHeader.NAME, TimeoutHeader.write(deadline.remaining()));
            }
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }

    /**
     * Sees the head of an answer first. Closes the connection of one that nobody waits for any more, which would else stay open with
     * an unread body (Spring Cloud Gateway issue 1751 and pull request 4283), and learns what the way costs if the service says what
     * it used ({@link BudgetHeader}).
     */
    public static final class Heads implements HttpHeadersFilter, Ordered {

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }

        @Override
        public boolean supports(Type type) {
            return type == Type.RESPONSE;
        }

        @Override
        public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
            var visit = Visit.of(exchange);
            if (visit == null) {
                return headers;
            }
            if (visit.isOver()) {
                close(exchange.getAttribute(CLIENT_RESPONSE_CONN_ATTR));
            }
            var call = visit.call();
            if (call != null) {
                BudgetHeader.read(headers.getFirst(BudgetHeader.NAME))
                        .ifPresent(there -> call.hop().measured(call.used(), there.used()));
            }
            return headers;
        }
    }
}
