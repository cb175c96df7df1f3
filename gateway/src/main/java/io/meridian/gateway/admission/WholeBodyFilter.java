package io.meridian.gateway.admission;

import java.io.IOException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Takes a chunked body for whole only if it was. When a chunk cannot be read the server answers 400 by itself and lets the
 * body end as if it were complete; a service would then act on the part that came before. Here such a body breaks off.
 */
public final class WholeBodyFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (exchange.getRequest().getHeaders().getContentLength() >= 0) {
            return chain.filter(exchange);
        }
        var whole = new Whole(exchange.getRequest(), exchange.getResponse());
        return chain.filter(exchange.mutate().request(whole).build())
                // It is answered, and its connection about to close: there is nothing left to say.
                .onErrorResume(BrokenOff.class, _ -> Mono.never());
    }

    private static final class Whole extends ServerHttpRequestDecorator {

        private final ServerHttpResponse response;

        Whole(ServerHttpRequest request, ServerHttpResponse response) {
            super(request);
            this.response = response;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return super.getBody().concatWith(Mono.defer(() -> wasAnsweredByTheServer() ? Mono.error(new BrokenOff()) : Mono.empty()));
        }

        private boolean wasAnsweredByTheServer() {
            return !response.isCommitted()
                    && ServerHttpRequestDecorator.getNativeRequest(getDelegate()) instanceof HttpServerResponse server
                    && server.hasSentHeaders();
        }
    }

    /** Breaks the request to the service off. */
    private static final class BrokenOff extends IOException {

        private static final long serialVersionUID = 1;

        BrokenOff() {
            super("the body cannot be read to its end");
        }
    }
}
