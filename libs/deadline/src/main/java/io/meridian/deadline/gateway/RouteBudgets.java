package io.meridian.deadline.gateway;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Which route has which budget: what its metadata say under {@link #USUAL}, {@link #MOST} and {@link #STREAM}, over that what the
 * settings say for its id, over that the usual.
 */
public final class RouteBudgets {

    /** In a route's metadata: a {@link Duration}, text like {@code 1500ms} or {@code PT1.5S}, or milliseconds. */
    public static final String USUAL = "deadline-usual";

    /** As {@link #USUAL}. */
    public static final String MOST = "deadline-most";

    /** In a route's metadata: {@code true} or {@code false}. */
    public static final String STREAM = "deadline-stream";

    private final RouteBudget usual;
    private final Map<String, RouteBudget> byId;

    /** @param byId the budgets of the routes that have their own */
    public RouteBudgets(RouteBudget usual, Map<String, RouteBudget> byId) {
        this.usual = usual;
        this.byId = Map.copyOf(byId);
    }

    /** @throws IllegalArgumentException if the route's metadata do not make a budget */
    RouteBudget of(Route route) {
        var set = byId.get(route.getId());
        if (set != null) {
            return set;
        }
        var metadata = route.getMetadata();
        try {
            return usual.with(
                    duration(metadata.get(USUAL)), duration(metadata.get(MOST)), flag(metadata.get(STREAM)));
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "metadata of route " + route.getId() + ": " + refused.getMessage(), refused);
        }
    }

    private static @Nullable Duration duration(@Nullable Object told) {
        return switch (told) {
            case null -> null;
            case Duration duration -> duration;
            case Number millis -> Duration.ofMillis(millis.longValue());
            default -> DurationFormatterUtils.detectAndParse(told.toString());
        };
    }

    private static @Nullable Boolean flag(@Nullable Object told) {
        return told == null ? null : Boolean.valueOf(told.toString());
    }
}
