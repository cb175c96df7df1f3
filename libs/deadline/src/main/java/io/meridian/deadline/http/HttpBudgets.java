package io.meridian.deadline.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * How long an answer may take, by the path that is asked for. A caller can shorten a budget and never lengthen it.
 *
 * <p>A path that streams is given a {@code most} as long as its longest stream: it ends with its caller, and hardly by its deadline.
 */
public final class HttpBudgets {

    private final Budget everywhere;
    private final List<Route> routes;

    /**
     * @param everywhere for every path that is none of the routes'
     * @param routes the first that matches counts
     */
    public HttpBudgets(Budget everywhere, List<Route> routes) {
        this.everywhere = everywhere;
        this.routes = List.copyOf(routes);
    }

    /**
     * What requests are given.
     *
     * @param usual if the caller names nothing
     * @param most whatever the caller names
     */
    public record Budget(Duration usual, Duration most) {

        public Budget {
            if (!usual.isPositive() || usual.compareTo(most) > 0) {
                throw new IllegalArgumentException(
                        "a budget needs 0 < usual <= most, was usual " + usual + ", most " + most);
            }
        }

        /** For a caller that waits so long, if it says. */
        Duration of(Optional<Duration> wished) {
            return wished.map(wish -> wish.compareTo(most) < 0 ? wish : most).orElse(usual);
        }
    }

    /** The budget of the paths of a pattern. */
    public record Route(PathPattern pattern, Budget budget) {

        /**
         * @param path as in {@code /api/orders/{id}/events}, a Spring path pattern
         * @throws IllegalArgumentException if it is none
         */
        public static Route of(String path, Budget budget) {
            return new Route(PathPatternParser.defaultInstance.parse(path), budget);
        }
    }

    /** Of requests for {@code path}, encoded and without the context path. */
    Budget of(String path) {
        if (routes.isEmpty()) {
            return everywhere;
        }
        var asked = PathContainer.parsePath(path);
        for (var route : routes) {
            if (route.pattern().matches(asked)) {
                return route.budget();
            }
        }
        return everywhere;
    }
}
