package io.meridian.gateway.routing;

import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Priority;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells the services how important a request is to its client, and which group of users the client is in. A client may ask to be taken
 * for less important than it is, in {@value Importance#PRIORITY_HEADER}; no service takes it for more, whatever it asks. What is no level
 * is not passed on. The group is this gateway's to say.
 */
public final class ImportanceHeaders implements HttpHeadersFilter, Ordered {

    private final Function<ServerHttpRequest, String> client;
    private final InstantSource clock;

    /** @param client a name of the client that sent a request, the same for all of its requests */
    public ImportanceHeaders(Function<ServerHttpRequest, String> client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        var told = new HttpHeaders();
        headers.forEach((name, values) -> {
            switch (name.toLowerCase(Locale.ROOT)) {
                case Importance.PRIORITY_HEADER ->
                    values.stream().findFirst().flatMap(Priority::of).ifPresent(it -> told.set(name, it.word()));
                case Importance.GROUP_HEADER -> {}
                default -> told.addAll(name, values);
            }
        });
        var group = Importance.group(client.apply(exchange.getRequest()), clock.millis());
        told.set(Importance.GROUP_HEADER, Integer.toString(group));
        return told;
    }

    @Override
    public boolean supports(Type type) {
        return type == Type.REQUEST;
    }

    /** After {@link InboundHeaders}. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 1;
    }
}
