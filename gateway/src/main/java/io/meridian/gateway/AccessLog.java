package io.meridian.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.deadline.gateway.ArrivalFilter;
import io.meridian.edges.TraceIds;
import io.meridian.gateway.repeating.RetryFilter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Writes one line per request when it has ended: what was asked, which route served it, how it was answered, how long that
 * took and how long it could have taken. Queries, headers and bodies are not written; a path is cut after {@value #LONGEST_PATH} characters.
 *
 * <p>Only what came through the public door is written. The status is the one that was sent; 499 stands for a caller who went away before.
 */
final class AccessLog implements WebFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int LONGEST_PATH = 200;
    private static final int CALLER_WENT_AWAY = 499;
    private static final String TRACE_ID = "traceId";

    private final ApplicationContext door;
    private final TraceIds traceIds;
    private final LongSupplier nanoClock;

    AccessLog(ApplicationContext door, TraceIds traceIds, LongSupplier nanoClock) {
        this.door = door;
        this.traceIds = traceIds;
        this.nanoClock = nanoClock;
    }

    /** Outside of every filter that may refuse. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 5;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (exchange.getApplicationContext() != door) {
            return chain.filter(exchange); // the management port has this filter too; who watches is not a caller
        }
        return Mono.just(true)
                .<Optional<String>>handle((_, sink) -> sink.next(Optional.ofNullable(traceIds.current())))
                .flatMap(traceId -> {
                    var line = new Line(exchange, traceId, nanoClock.getAsLong());
                    return chain.filter(exchange)
                            .doOnSuccess(_ -> line.write(false))
                            .doOnError(_ -> line.writeOnceAnswered())
                            .doOnCancel(() -> line.write(true));
                });
    }

    private final class Line {

        private final ServerWebExchange exchange;
        private final Optional<String> traceId;
        private final long started;
        private final AtomicBoolean written = new AtomicBoolean();

        Line(ServerWebExchange exchange, Optional<String> traceId, long started) {
            this.exchange = exchange;
            this.traceId = traceId;
            this.started = started;
        }

        // What a filter refuses is answered by a handler outside of all filters.
        void writeOnceAnswered() {
            if (exchange.getResponse().isCommitted()) {
                write(true);
            } else {
                exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> write(false)));
            }
        }

        void write(boolean cutOff) {
            if (!written.compareAndSet(false, true)) {
                return;
            }
            var request = exchange.getRequest();
            var path = request.getURI().getRawPath();
            var line = log.atInfo()
                    .addKeyValue("method", request.getMethod().name())
                    .addKeyValue("path", path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path)
                    .addKeyValue("route", route())
                    .addKeyValue("status", status(cutOff))
                    .addKeyValue("cutOff", cutOff)
                    .addKeyValue("durationMs", millis(nanoClock.getAsLong() - started));
            var attempts = RetryFilter.attemptsAt(exchange);
            if (attempts > 1) {
                line = line.addKeyValue("attempts", attempts);
            }
            var scope = ArrivalFilter.scopeOf(exchange);
            if (scope.isPresent()) {
                line = line.addKeyValue(
                        "grantedMs", millis(scope.get().deadline().budget().toNanos()));
            }
            var told = line;
            withTrace(() -> told.log("request"));
        }

        private static double millis(long nanos) {
            return nanos / 1_000 / 1e3;
        }

        private int status(boolean cutOff) {
            if (cutOff && !exchange.getResponse().isCommitted()) {
                return CALLER_WENT_AWAY;
            }
            var status = exchange.getResponse().getStatusCode();
            return status == null ? 200 : status.value();
        }

        private String route() {
            return exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route ? route.getId() : "gateway";
        }

        // Reactor restores the trace of the request in most places, but not where the caller goes away.
        private void withTrace(Runnable writing) {
            if (traceId.isEmpty() || MDC.get(TRACE_ID) != null) {
                writing.run();
                return;
            }
            try (var _ = MDC.putCloseable(TRACE_ID, traceId.get())) {
                writing.run();
            }
        }
    }
}
