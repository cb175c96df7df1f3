package io.meridian.breaker.servlet;

import io.meridian.breaker.shedding.Priority;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What a server takes its requests for, by method and path: GET, HEAD and OPTIONS are {@link Priority#SHEDDABLE_PLUS}, whatever else is
 * {@link Priority#CRITICAL}, and routes say otherwise.
 */
public final class PathPriorities {

    private final List<Route> routes;

    /** @param routes the first that matches counts */
    public PathPriorities(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /**
     * Requests that are taken for something else.
     *
     * @param method null stands for all
     * @param priority empty for requests that pass the door without being asked, such as streams, which stay for long and do little
     */
    public record Route(@Nullable String method, PathPattern pattern, Optional<Priority> priority) {

        /**
         * @param path as in {@code /api/orders/{id}/events}, a Spring path pattern
         * @throws IllegalArgumentException if it is none
         */
        public static Route of(@Nullable String method, String path, Optional<Priority> priority) {
            return new Route(method, PathPatternParser.defaultInstance.parse(path), priority);
        }
    }

    /**
     * Of a request; empty if it is not asked at the door.
     *
     * @param path encoded and without the context path
     */
    public Optional<Priority> of(String method, String path) {
        if (!routes.isEmpty()) {
            var asked = PathContainer.parsePath(path);
            for (var route : routes) {
                if ((route.method() == null || route.method().equals(method)) && route.pattern().matches(asked)) {
                    return route.priority();
                }
            }
        }
        return Optional.of(
                switch (method) {
                    case "GET", "HEAD", "OPTIONS" -> Priority.SHEDDABLE_PLUS;
                    default -> Priority.CRITICAL;
                });
    }
}
