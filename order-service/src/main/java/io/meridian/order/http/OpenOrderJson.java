package io.meridian.order.http;

import static io.meridian.order.http.UnfinishedEndpoint.seconds;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.order.model.State;
import io.meridian.order.settling.Backlog;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An unfinished order as {@link UnfinishedEndpoint} tells it.
 *
 * @param state PLACED or RESERVED
 * @param attempts how often settling has driven it
 * @param epoch how often it has changed hands
 * @param leasedForSeconds for how long at most somebody has it to himself from now; null if nobody has
 * @param dueInSeconds how long until settling drives it
 * @param waitsFor whose answer is missing
 * @param lastFailure why the last attempt did not bring it to its end; null if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OpenOrderJson(
        String id,
        String customerId,
        String state,
        Instant createdAt,
        double ageSeconds,
        boolean stuck,
        int attempts,
        long epoch,
        @Nullable Double leasedForSeconds,
        double dueInSeconds,
        String waitsFor,
        @Nullable String lastFailure) {

    static OpenOrderJson of(Backlog.Open open, Duration stuckAfter) {
        var placement = open.order().placement();
        var state = open.order().state();
        return new OpenOrderJson(
                placement.id().toString(),
                placement.customer().value(),
                state.name(),
                placement.createdAt(),
                seconds(open.age()),
                open.age().compareTo(stuckAfter) >= 0,
                open.attempts(),
                open.epoch(),
                open.leasedFor().isPositive() ? seconds(open.leasedFor()) : null,
                seconds(open.dueIn()),
                waitsFor(state),
                open.lastFailure().isEmpty() ? null : open.lastFailure());
    }

    private static String waitsFor(State state) {
        return switch (state) {
            case PLACED -> "inventory, to hold the stock";
            case RESERVED -> "payment, to authorise the money";
            case CONFIRMED, REJECTED, CANCELLED -> "nobody";
        };
    }
}
