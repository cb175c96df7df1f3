package io.meridian.gateway.repeating;

import org.springframework.web.server.ServerWebExchange;

/** Who else could answer a request. */
public interface Elsewhere {

    /** How many instances take part that the request was not sent to. */
    int untried(ServerWebExchange exchange);

    /**
     * Whether there is room for requests that can be done without.
     *
     * @param route by which they go
     */
    boolean hasRoom(String route);
}
