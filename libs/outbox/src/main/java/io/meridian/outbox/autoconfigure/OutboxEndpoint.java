package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayStatus;
import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.relay.Relay;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/outbox}: what the relay of this instance does and how far publishing is behind.
 *
 * <p>{@code POST /actuator/outbox} with {@code {"from": "..."}}, a time (RFC 3339) or an event's id (its {@code ce_id}): publishes again
 * what the table holds from there on. Answers 202 with the number of events, 400 if it is neither, 404 if the table holds no such event.
 * Any instance may be asked; the one that relays does it.
 */
@Endpoint(id = "outbox")
class OutboxEndpoint {

    private final Relay relay;
    private final Repetition repetition;

    OutboxEndpoint(Relay relay, Repetition repetition) {
        this.relay = relay;
        this.repetition = repetition;
    }

    @ReadOperation
    Shown status() {
        return Shown.of(relay.status());
    }

    @WriteOperation
    WebEndpointResponse<?> repeat(@Nullable String from) {
        var text = from == null ? "" : from.strip();
        var id = id(text);
        if (id.isPresent()) {
            return repetition
                    .from(id.get())
                    .<WebEndpointResponse<?>>map(events -> accepted(text, events))
                    .orElseGet(() -> refused(404, "the outbox holds no event " + text + ": forgotten, or of another service"));
        }
        var time = time(text);
        if (time.isPresent()) {
            return accepted(text, repetition.since(time.get()));
        }
        return refused(
                400,
                "from must be a time such as 2026-11-30T12:00:00Z or the id of an event (its ce_id), was "
                        + (from == null ? "missing" : "\"" + from + "\""));
    }

    private static WebEndpointResponse<Asked> accepted(String from, long events) {
        return new WebEndpointResponse<>(new Asked(from, events), 202);
    }

    private static WebEndpointResponse<Refused> refused(int status, String detail) {
        return new WebEndpointResponse<>(new Refused(status, detail), status);
    }

    private static Optional<UUID> id(String text) {
        try {
            // UUID.fromString also takes shortened ones, which nobody means.
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** That the events from {@code from} on, so many at the moment, will come again. */
    record Asked(String from, long events) {}

    record Refused(int status, String detail) {}

    /** The status with its times as they are read best. */
    record Shown(
            String slot,
            String state,
            String confirmedLsn,
            @Nullable Instant confirmedAt,
            long published,
            int inFlight,
            @Nullable Lag lag,
            @Nullable String alarm,
            long failures,
            @Nullable String lastFailure,
            @Nullable Instant lastFailureAt) {

        static Shown of(RelayStatus status) {
            return new Shown(
                    status.slot(),
                    status.state().name(),
                    status.confirmedLsn(),
                    status.confirmedAt(),
                    status.published(),
                    status.inFlight(),
                    status.lag() == null ? null : Lag.of(status.lag()),
                    status.alarm(),
                    status.failures(),
                    status.lastFailure(),
                    status.lastFailureAt());
        }
    }

    /** A lag with its ages in seconds; {@code limitBytes} is -1 if the slot may hold back log without limit. */
    record Lag(long bytes, long limitBytes, double ageSeconds, long pending, double oldestPendingSeconds) {

        static Lag of(RelayLag lag) {
            return new Lag(
                    lag.bytes(),
                    lag.limitBytes(),
                    lag.age().toMillis() / 1000.0,
                    lag.pending(),
                    lag.oldestPending().toMillis() / 1000.0);
        }
    }
}
