package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Hops;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.http.HttpBudgets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.deadline.http}: requests that come in and calls that go out.
 *
 * @param edge whether callers are strangers: then Envoy's and gRPC's headers count too, and what cannot be read is ignored
 * @param usual the budget of a request whose caller names none; more than 0, at most {@code most}
 * @param most the longest budget a caller can name; what it names beyond that is cut to it
 * @param management the budget of requests to a management port of its own, named by the caller or not; more than 0
 * @param routes budgets of paths that need others; the first that matches counts
 * @param hops limits of calls to other hosts, by host name; a name with dots in it is written in brackets
 */
@ConfigurationProperties("meridian.deadline.http")
record HttpDeadlineProperties(
        @DefaultValue("false") boolean edge,
        @DefaultValue("5s") Duration usual,
        @DefaultValue("30s") Duration most,
        @DefaultValue("60s") Duration management,
        @DefaultValue List<Route> routes,
        @DefaultValue Map<String, HostHop> hops) {

    private static final HostHop ANY = new HostHop(Duration.ofSeconds(30), Duration.ofMillis(10));

    HttpDeadlineProperties {
        within("usual", usual, most);
        within("management", management, Deadline.LONGEST);
    }

    /**
     * Budgets of paths.
     *
     * @param path a path pattern, as in {@code /api/orders/{id}/events}
     * @param usual the budget of a request whose caller names none; the general one, or {@code most} if that is less, if absent
     * @param most the longest budget a caller can name; the general one if absent. That of a path that streams is its longest stream
     */
    record Route(String path, @Nullable Duration usual, @Nullable Duration most) {}

    /**
     * Limits of calls to a host.
     *
     * @param cap the most a call is given, whatever remains; more than 0
     * @param least what a call needs to be worth making; 0 to {@code cap}
     */
    record HostHop(@DefaultValue("30s") Duration cap, @DefaultValue("10ms") Duration least) {}

    HttpBudgets budgets() {
        return new HttpBudgets(
                new HttpBudgets.Budget(usual, most), routes.stream().map(this::route).toList());
    }

    HttpBudgets managementBudgets() {
        return new HttpBudgets(new HttpBudgets.Budget(management, management), List.of());
    }

    Hops outgoing() {
        return new Hops(host -> {
            var limits = hops.getOrDefault(host, ANY);
            return new Hop(host, limits.cap(), limits.least(), Reserve.USUAL);
        });
    }

    private HttpBudgets.Route route(Route route) {
        var longest = route.most() == null ? most : route.most();
        var named = route.usual() == null ? sooner(usual, longest) : route.usual();
        within("routes[" + route.path() + "].usual", named, longest);
        return HttpBudgets.Route.of(route.path(), new HttpBudgets.Budget(named, longest));
    }

    private static Duration sooner(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void within(String name, Duration value, Duration most) {
        if (!value.isPositive() || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("meridian.deadline.http." + name + " must be more than 0 and at most "
                    + most.toMillis() + "ms, was " + value.toMillis() + "ms");
        }
    }
}
