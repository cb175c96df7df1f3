package io.meridian.deadline.gateway;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses a request whose client does not wait for an answer, before anything is done for it. It stands after the filters that log
 * and sign what is refused, which are among the first few, and before those that decide.
 */
public final class SpentFilter implements WebFilter, Ordered {

    private final DeadlineListener listener;

    public SpentFilter(DeadlineListener listener) {
        this.listener = listener;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 20;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var visit = Visit.of(exchange);
        if (visit == null || visit.asked() == null || visit.asked().isPositive()) {
            return chain.filter(exchange);
        }
        visit.admit(visit.scope());
        listener.refusedAtEntry(visit.scope().name());
        return Mono.error(new ScopeEndedException(Ending.EXPIRED, "beginning with a request that waits for no answer"));
    }
}
