package io.meridian.gateway.stock;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.edges.Degraded;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.edges.ServedBy;
import io.meridian.gateway.routing.Routes;
import io.meridian.gateway.routing.UpstreamFaultFilter;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * Answers a read of the stock from what is known here when inventory does not: it cannot be reached, does not answer in the time of its
 * route, is not asked because its breaker is open, or says 503 itself. Such an answer says so: {@code x-degraded: inventory}, and its age in
 * {@code Age} (RFC 9111, 5.1: whole seconds). What is not known here, or too old, is refused as without this filter.
 *
 * <p>Inventory is asked first, every time: what it says is newer.
 */
public final class StockFallback implements GlobalFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(StockFallback.class);

    /** What a service that is away leaves behind on a refusal, and what is not true of another answer. */
    private static final Set<String> OF_THE_REFUSAL = Set.of(
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.CONTENT_LENGTH,
            HttpHeaders.TRANSFER_ENCODING,
            ServedBy.HEADER);

    private final KnownStock known;
    private final LongAdder answers = new LongAdder();

    public StockFallback(KnownStock known) {
        this.known = known;
    }

    /** How many requests were answered from here. */
    public long answers() {
        return answers.sum();
    }

    /** Outside of whatever repeats: inventory has had its chances. Inside of the filter that writes what a service answered. */
    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER + 1;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (!(exchange.getAttribute(GATEWAY_ROUTE_ATTR) instanceof Route route) || !route.getId().equals(Routes.INVENTORY)) {
            return chain.filter(exchange);
        }
        return chain.filter(exchange)
                .then(Mono.defer(() -> isRefused(exchange.getResponse())
                        ? answered(exchange, Mono.empty())
                        : Mono.empty()))
                .onErrorResume(fault -> isAway(fault) ? answered(exchange, Mono.error(fault)) : Mono.error(fault));
    }

    private static boolean isRefused(ServerHttpResponse response) {
        var status = response.getStatusCode();
        return status != null && status.value() == HttpStatus.SERVICE_UNAVAILABLE.value() && !response.isCommitted();
    }

    private static boolean isAway(Throwable fault) {
        return UpstreamFaultFilter.asTold(fault) instanceof ProblemException told
                && (told.problem() == Problem.DEPENDENCY_UNAVAILABLE
                        || told.problem() == Problem.OVERLOADED
                        || told.problem() == Problem.DEADLINE_EXCEEDED);
    }

    private Mono<Void> answered(ServerWebExchange exchange, Mono<Void> otherwise) {
        var answer = known.to(exchange.getRequest());
        if (answer.isEmpty()) {
            return otherwise;
        }
        drop(exchange);
        answers.increment();
        log.atDebug().addKeyValue("age", answer.get().age()).log("answered for inventory, which is away");
        var response = exchange.getResponse();
        describe(response, answer.get());
        return exchange.getRequest().getMethod() == HttpMethod.HEAD
                ? response.setComplete()
                : response.writeWith(Mono.fromSupplier(
                        () -> response.bufferFactory().wrap(answer.get().body())));
    }

    private static void describe(ServerHttpResponse response, KnownStock.Answer answer) {
        var headers = response.getHeaders();
        OF_THE_REFUSAL.forEach(headers::remove);
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.setContentLength(answer.body().length);
        headers.set(Degraded.HEADER, "inventory");
        headers.set(HttpHeaders.AGE, Long.toString(wholeSeconds(answer.age())));
        response.setStatusCode(HttpStatus.OK);
    }

    /** The body of the refusal is not read any more. */
    private static void drop(ServerWebExchange exchange) {
        if (exchange.getAttributes().remove(CLIENT_RESPONSE_CONN_ATTR) instanceof Connection connection) {
            connection.dispose();
        }
    }

    /** Rather too old than too new. */
    private static long wholeSeconds(Duration age) {
        return age.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
