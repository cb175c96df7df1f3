package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.grpc.MethodPriorities;
import io.meridian.breaker.servlet.PathPriorities;
import io.meridian.breaker.shedding.DoorSettings;
import io.meridian.breaker.shedding.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.breaker.shedding}: what a server does when more is asked of it than it can do.
 *
 * @param limit how many calls work at once, 1 to 100,000; 0 stands for {@value #PER_CONNECTION} to each connection of the data source, or
 *     {@value #PER_PROCESSOR} to each processor where no pool's size is set
 * @param queue how many wait at most, 0 to 100,000; four times the limit if absent
 * @param target the wait that is nothing to worry about, 1 ms to 1 s
 * @param interval how long a queue may stand above the target before it counts as overload, from the target to 10 s
 * @param http what requests are taken for
 * @param grpc what calls are taken for
 */
@ConfigurationProperties("meridian.breaker.shedding")
record SheddingProperties(
        @DefaultValue("0") int limit,
        @Nullable Integer queue,
        @DefaultValue("5ms") Duration target,
        @DefaultValue("100ms") Duration interval,
        @DefaultValue Http http,
        @DefaultValue Grpc grpc) {

    /** One that uses it and three that are about to, or compute: whoever waits in the pool's own queue waits for three others at most. */
    static final int PER_CONNECTION = 4;

    /** Calls that only compute need one; those that wait for something here, such as a disk, a few. */
    static final int PER_PROCESSOR = 8;

    SheddingProperties {
        try {
            var _ = settings(limit == 0 ? 1 : limit, queue, target, interval);
        } catch (IllegalArgumentException nonsense) {
            throw new IllegalArgumentException("meridian.breaker.shedding." + nonsense.getMessage());
        }
    }

    /**
     * Requests.
     *
     * @param routes those that are not taken for the usual; the first that matches counts
     */
    record Http(@DefaultValue List<Route> routes) {}

    /**
     * Requests of one kind.
     *
     * @param method in capitals; all if absent
     * @param path a path pattern, as in {@code /api/orders/{id}/events}
     * @param priority absent for those that pass without being asked
     */
    record Route(@Nullable String method, String path, @Nullable Priority priority) {}

    /**
     * Calls.
     *
     * @param methods those that are not taken for the usual
     */
    record Grpc(@DefaultValue List<Method> methods) {}

    /**
     * Calls of one method.
     *
     * @param name its full name, as in {@code payment.v1.PaymentService/Void}
     */
    record Method(String name, Priority priority) {}

    /** @param connections of the data source; 0 if nobody says */
    DoorSettings settings(int connections, int processors) {
        var derived = connections > 0 ? PER_CONNECTION * connections : PER_PROCESSOR * processors;
        return settings(limit == 0 ? derived : limit, queue, target, interval);
    }

    PathPriorities paths() {
        return new PathPriorities(http.routes.stream()
                .map(it -> PathPriorities.Route.of(it.method(), it.path(), Optional.ofNullable(it.priority())))
                .toList());
    }

    MethodPriorities methods() {
        return new MethodPriorities(grpc.methods.stream().collect(Collectors.toMap(Method::name, Method::priority)));
    }

    private static DoorSettings settings(int limit, @Nullable Integer queue, Duration target, Duration interval) {
        return new DoorSettings(limit, queue == null ? DoorSettings.of(limit).queue() : queue, target, interval);
    }
}
