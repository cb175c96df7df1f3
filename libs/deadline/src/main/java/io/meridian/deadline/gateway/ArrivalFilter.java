package io.meridian.deadline.gateway;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.reactor.ReactorScope;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * The outermost: the time of a request counts from here, whatever it waits for before its route is found. Reads what the client
 * asks for ({@link TimeoutHeader#least}); what cannot be read is told to the listener and taken as not said.
 *
 * <p>Every answer of a request that was given a budget says how much that was and what of it is left, in milliseconds, as
 * {@code Server-Timing: granted;dur=2000.0, left;dur=1873.2}. An end that nobody else has rendered is a 504 with
 * {@code x-deadline-expired: 1}.
 */
public final class ArrivalFilter implements WebFilter, Ordered {

    private static final String TIMING = "Server-Timing";

    private final DeadlineListener listener;

    public ArrivalFilter(DeadlineListener listener) {
        this.listener = listener;
    }

    /** The scope of an exchange whose route was found. */
    public static Optional<DeadlineScope> scopeOf(ServerWebExchange exchange) {
        var visit = Visit.of(exchange);
        return visit != null && visit.isAdmitted() ? Optional.of(visit.scope()) : Optional.empty();
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var arrived = System.nanoTime();
        var asked = asked(exchange.getRequest().getHeaders());
        var kind = isGrpc(exchange.getRequest()) ? "grpc" : "http";
        var visit = new Visit(arrived, asked, DeadlineScope.root(kind, Deadline.since(arrived, Deadline.LONGEST)));
        Visit.begin(exchange, visit);
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> tell(visit, exchange)));
        return chain.filter(exchange)
                .onErrorMap(ScopeEndedException.class, ended -> asTold(exchange, ended))
                .doFinally(signal -> {
                    if (signal == SignalType.CANCEL) {
                        visit.scope().cancel();
                    }
                })
                // Whoever is asked for something on the way to the route is not waited for without end.
                .contextWrite(ReactorScope.of(visit.scope().within(RouteBudget.HARD_CAP)));
    }

    static boolean isGrpc(ServerHttpRequest request) {
        var type = request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith("application/grpc");
    }

    private @Nullable Duration asked(HttpHeaders headers) {
        return switch (TimeoutHeader.least(headers::getFirst)) {
            case TimeoutHeader.Reading.Absent _ -> null;
            case TimeoutHeader.Reading.Timeout(var value) -> value;
            case TimeoutHeader.Reading.Malformed(var header, var _, var _) -> {
                listener.malformed(header);
                yield null;
            }
        };
    }

    private static void tell(Visit visit, ServerWebExchange exchange) {
        if (visit.isAdmitted()) {
            var deadline = visit.scope().deadline();
            exchange.getResponse()
                    .getHeaders()
                    .add(TIMING, "granted;dur=" + millis(deadline.budget()) + ", left;dur=" + millis(deadline.remaining()));
        }
    }

    private static String millis(Duration time) {
        var tenths = time.toNanos() / 100_000;
        return tenths / 10 + "." + tenths % 10;
    }

    private static Throwable asTold(ServerWebExchange exchange, ScopeEndedException ended) {
        if (exchange.getResponse().isCommitted()) {
            return ended;
        }
        exchange.getResponse().getHeaders().set(TimeoutHeader.EXPIRED, "1");
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "The answer did not arrive in time.", ended);
    }
}
