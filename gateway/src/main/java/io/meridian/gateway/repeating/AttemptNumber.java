package io.meridian.gateway.repeating;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** Tells a service in {@value #HEADER} which attempt at a request this is, so that it can count them; without it there is only one. */
public final class AttemptNumber implements HttpHeadersFilter, Ordered {

    public static final String HEADER = "x-attempt";

    /** After what a client said was taken away. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 1;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.REQUEST;
    }

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        var attempt = Attempt.of(exchange);
        if (attempt != null) {
            headers.set(HEADER, Integer.toString(attempt.number()));
        }
        return headers;
    }
}
