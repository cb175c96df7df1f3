package io.meridian.gateway.admission;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Keeps a request on the thread of its connection. What waits for something else may go on where that was told, on a
 * thread of the Redis client or of a timer; a request that is handled there sometimes leaves its connection unread (seen
 * with Reactor Netty 1.3.6: one in some thousand requests of a keep-alive connection hung until the client gave up). Who
 * waits on the way in comes back by {@link #of}; who fails while it waits for an answer is brought back by this filter.
 */
public final class ConnectionThread implements WebFilter {

    /** The thread that serves the connection of {@code request}. */
    static Scheduler of(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection
                ? Schedulers.fromExecutor(connection.channel().eventLoop())
                : Schedulers.immediate();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(exchange)
                .onErrorResume(fault -> Mono.<Void>error(fault).publishOn(of(exchange.getRequest())));
    }
}
