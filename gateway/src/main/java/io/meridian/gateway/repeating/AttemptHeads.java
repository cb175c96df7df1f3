package io.meridian.gateway.repeating;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** Sees the head of an answer first, and closes the connection if its attempt was abandoned in the same moment. */
public final class AttemptHeads implements HttpHeadersFilter, Ordered {

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
        var attempt = Attempt.of(exchange);
        if (attempt != null) {
            attempt.closeIfAbandoned();
        }
        return headers;
    }
}
