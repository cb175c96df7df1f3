package io.meridian.gateway.routing;

import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends the head of an event stream when the service has sent it. Otherwise it would wait for the first event, and a
 * caller could not tell a stream in which nothing happens from a service that does not answer.
 */
public final class EventStreamFilter implements GlobalFilter, Ordered {

    /** Outside of the filter that writes the response. */
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(
                exchange.mutate().response(new HeadFirst(exchange.getResponse())).build());
    }

    private static final class HeadFirst extends ServerHttpResponseDecorator {

        HeadFirst(ServerHttpResponse response) {
            super(response);
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            if (!MediaType.TEXT_EVENT_STREAM.isCompatibleWith(getHeaders().getContentType())) {
                return super.writeAndFlushWith(body);
            }
            Publisher<DataBuffer> nothing = Mono.fromSupplier(() -> bufferFactory().allocateBuffer(0));
            return super.writeAndFlushWith(Flux.<Publisher<? extends DataBuffer>>just(nothing).concatWith(body));
        }
    }
}
