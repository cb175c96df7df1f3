package io.meridian.gateway.routing;

import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Keeps from the services what only this platform may say: which release a request belongs to, who served it, which
 * attempt at it this is, whose customer it is, and what travels along a trace. A {@code traceparent} is taken over, so a caller sees its own trace
 * continued; {@code baggage} is not, because services would act on it.
 *
 * <p>Hop-by-hop and forwarding headers are removed by filters of Spring Cloud Gateway.
 */
public final class InboundHeaders implements HttpHeadersFilter, Ordered {

    private static final Set<String> OURS =
            Set.of("x-served-by", "x-trace-id", "x-deadline-expired", "x-attempt", "x-degraded", "baggage");

    private final String customerHeader;

    public InboundHeaders(String customerHeader) {
        this.customerHeader = customerHeader.toLowerCase(Locale.ROOT);
    }

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        var kept = new HttpHeaders();
        headers.forEach((name, values) -> {
            if (!isOurs(name.toLowerCase(Locale.ROOT))) {
                kept.addAll(name, values);
            }
        });
        return kept;
    }

    private boolean isOurs(String name) {
        return OURS.contains(name)
                || name.equals(customerHeader)
                || name.startsWith("x-canary")
                || name.startsWith("x-forwarded-")
                || name.equals("x-real-ip");
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.REQUEST;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
