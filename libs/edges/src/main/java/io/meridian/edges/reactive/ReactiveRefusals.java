package io.meridian.edges.reactive;

import io.meridian.edges.Problem;
import io.meridian.edges.Refusal;
import io.meridian.edges.TraceIds;
import io.meridian.edges.json.ProblemJson;
import io.meridian.edges.web.SpringRefusals;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Renders whatever a WebFlux application fails with, before or after a route was found. Network failures while it waits
 * for somebody else are refusals too: a peer that cannot be reached is {@code dependency-unavailable}, one that does not
 * answer in time is {@code deadline-exceeded}. A fault is logged here and nowhere else.
 */
public final class ReactiveRefusals implements WebExceptionHandler, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ReactiveRefusals.class);

    /** A chain of causes is followed this far; real ones are shorter. */
    private static final int CAUSES = 16;

    private final TraceIds traceIds;

    public ReactiveRefusals(TraceIds traceIds) {
        this.traceIds = traceIds;
    }

    /** Before Boot's own handler, which is at -1. */
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
        return exchange.getResponse().isCommitted()
                ? Mono.error(thrown) // half an answer is cut off, so that the caller does not take it for a whole one
                : write(exchange, refusal(exchange, thrown));
    }

    /** Writes the refusal as the whole response; for filters that refuse without throwing. */
    public Mono<Void> write(ServerWebExchange exchange, Refusal refusal) {
        return CurrentTrace.id(traceIds).flatMap(traceId -> {
            var response = exchange.getResponse();
            response.setStatusCode(HttpStatusCode.valueOf(refusal.status()));
            refusal.headers().forEach(response.getHeaders()::set);
            response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
            response.getHeaders().setCacheControl("no-store");
            var path = exchange.getRequest().getURI().getRawPath();
            var body = ProblemJson.bytes(refusal, path, traceId.orElse(null));
            response.getHeaders().setContentLength(body.length);
            return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
        });
    }

    private static Refusal refusal(ServerWebExchange exchange, Throwable thrown) {
        var known = SpringRefusals.of(thrown);
        if (known.isPresent() && known.get().status() < 500) {
            return known.get();
        }
        return network(thrown).or(() -> known).orElseGet(() -> fault(exchange, thrown));
    }

    private static Optional<Refusal> network(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
            switch (cause) {
                case ConnectException _, UnknownHostException _ -> {
                    return Optional.of(Refusal.ofStatus(Problem.DEPENDENCY_UNAVAILABLE.status(), null));
                }
                case TimeoutException _, io.netty.handler.timeout.TimeoutException _ -> {
                    return Optional.of(Refusal.ofStatus(Problem.DEADLINE_EXCEEDED.status(), null));
                }
                case IOException _ -> {
                    return Optional.of(Refusal.ofStatus(Problem.DEPENDENCY_UNAVAILABLE.status(), null));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    private static Refusal fault(ServerWebExchange exchange, Throwable thrown) {
        LOG.atError()
                .setCause(thrown)
                .addKeyValue("method", exchange.getRequest().getMethod())
                .addKeyValue("path", exchange.getRequest().getURI().getRawPath())
                .log("A request failed by a fault of this service");
        return Refusal.internal();
    }
}
