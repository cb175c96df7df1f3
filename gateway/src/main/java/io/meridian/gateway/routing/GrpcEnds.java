package io.meridian.gateway.routing;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Keeps a gRPC answer whole that is only an end: a service that refuses at once sends its status and metadata as the head,
 * and a caller looks for them in the trailers. The filter of Spring Cloud Gateway carries over the status alone.
 */
public final class GrpcEnds implements HttpHeadersFilter, Ordered {

    private static final Set<String> OF_THE_HEAD = Set.of("content-type", "content-length", "date", "server");

    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }

    /** After the filter of Spring Cloud Gateway, whose trailers these replace. */
    @Override
    public int getOrder() {
        return 1;
    }

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        if (!headers.containsHeader("grpc-status") || !GrpcRefusals.isGrpc(exchange.getRequest())) {
            return headers;
        }
        var head = new HttpHeaders();
        var end = new HttpHeaders();
        headers.forEach((name, values) ->
                (OF_THE_HEAD.contains(name.toLowerCase(Locale.ROOT)) ? head : end).addAll(name, new ArrayList<>(values)));
        nativeResponse(exchange.getResponse()).trailerHeaders(trailers -> end.forEach(trailers::add));
        return head;
    }

    private static HttpServerResponse nativeResponse(ServerHttpResponse response) {
        return response instanceof AbstractServerHttpResponse own
                ? own.getNativeResponse()
                : ServerHttpResponseDecorator.getNativeResponse(response);
    }
}
