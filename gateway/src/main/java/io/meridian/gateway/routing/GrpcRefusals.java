package io.meridian.gateway.routing;

import io.meridian.edges.Refusal;
import io.meridian.edges.web.SpringRefusals;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers a gRPC caller in its own terms: HTTP 200 with a status code in the head, not a problem document. */
public final class GrpcRefusals implements WebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(GrpcRefusals.class);

    static boolean isGrpc(ServerHttpRequest request) {
        var type = request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith("application/grpc");
    }

    @Override
    public int getOrder() {
        return -10; // before every handler that would render a document
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable fault) {
        var response = exchange.getResponse();
        if (!isGrpc(exchange.getRequest()) || response.isCommitted()) {
            return Mono.error(fault);
        }
        var refusal = SpringRefusals.of(fault).orElseGet(() -> {
            log.atError().setCause(fault).log("a gRPC call failed in this gateway");
            return Refusal.internal();
        });
        response.setStatusCode(HttpStatus.OK);
        var headers = response.getHeaders();
        refusal.headers().forEach(headers::set);
        headers.set(HttpHeaders.CONTENT_TYPE, "application/grpc");
        headers.set("grpc-status", Integer.toString(codeOf(refusal.status())));
        headers.set("grpc-message", percentEncoded(refusal.detail()));
        return response.setComplete();
    }

    // The numbers of io.grpc.Status.Code, which this gateway does not need otherwise.
    static int codeOf(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> 3; // INVALID_ARGUMENT
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404, 405, 406, 415 -> 12; // UNIMPLEMENTED: about the method, this gateway knows no resources
            case 413, 429 -> 8; // RESOURCE_EXHAUSTED
            case 503 -> 14; // UNAVAILABLE
            case 504 -> 4; // DEADLINE_EXCEEDED
            default -> 13; // INTERNAL
        };
    }

    private static String percentEncoded(String message) {
        return URLEncoder.encode(message, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
