package io.meridian.payment.http;

import io.meridian.payment.authorising.Backlog;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/unfinished}: the payments whose outcome is not written or whose time is over, the oldest first;
 * {@code ?stuck=true} only those that a person has to look after, {@code ?limit=} up to so many. The service goes on asking the
 * provider what became of each; it is for people who can ask him otherwise. No card is told.
 */
@Endpoint(id = "unfinished")
public final class UnfinishedEndpoint {

    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1_000;
    private static final int SHOWN = 40;

    private final Backlog backlog;
    private final Duration stuckAfter;
    private final InstantSource clock;

    public UnfinishedEndpoint(Backlog backlog, Duration stuckAfter, InstantSource clock) {
        this.backlog = backlog;
        this.stuckAfter = stuckAfter;
        this.clock = clock;
    }

    @ReadOperation
    public WebEndpointResponse<?> list(@Nullable String stuck, @Nullable String limit) {
        if (stuck != null && !List.of("", "true", "false").contains(stuck)) {
            return malformed("stuck", "true or false", stuck);
        }
        var most = limit == null ? USUAL_LIMIT : limit.matches("[0-9]{1,4}") ? Integer.parseInt(limit) : 0;
        if (most < 1 || most > MOST) {
            return malformed("limit", "1 to " + MOST, String.valueOf(limit));
        }
        var onlyStuck = stuck != null && !stuck.equals("false");
        return new WebEndpointResponse<>(told(onlyStuck, most));
    }

    private Map<String, Object> told(boolean onlyStuck, int most) {
        var now = clock.instant();
        var stuckBefore = now.minus(stuckAfter);
        var figures = backlog.figures(now, stuckBefore);
        var told = new LinkedHashMap<String, Object>();
        told.put("unfinished", figures.unfinished());
        told.put("stuck", figures.stuck());
        told.put("oldestSeconds", seconds(figures.oldest()));
        told.put("stuckAfterSeconds", seconds(stuckAfter));
        told.put(
                "payments",
                backlog.open(now, onlyStuck ? stuckBefore : now, most).stream()
                        .map(it -> body(it, now, stuckBefore))
                        .toList());
        return told;
    }

    /**
     * An unfinished payment as it is told.
     *
     * @param state as it is stored
     * @param waitsFor whose doing is missing
     * @param attempts how often somebody tried in vain
     * @param dueInSeconds how long until it is tried again
     */
    record OpenPaymentJson(
            String orderId,
            String state,
            String waitsFor,
            @Nullable Money amount,
            double ageSeconds,
            boolean stuck,
            int attempts,
            double dueInSeconds) {}

    private static OpenPaymentJson body(Backlog.Open open, Instant now, Instant stuckBefore) {
        var payment = open.payment();
        var dueAt = payment.dueAt();
        return new OpenPaymentJson(
                payment.orderId().toString(),
                payment.state().getClass().getSimpleName().toUpperCase(Locale.ROOT),
                payment.state() instanceof Unfinished asked
                        ? "the card provider's answer to " + asked.operation()
                        : "being given back, because nobody confirmed it in time",
                payment.state() instanceof Charged charged ? charged.charge().amount() : null,
                seconds(Duration.between(open.since(), now)),
                !open.since().isAfter(stuckBefore),
                payment.attempts(),
                dueAt == null || dueAt.isBefore(now) ? 0 : seconds(Duration.between(now, dueAt)));
    }

    private static WebEndpointResponse<?> malformed(String name, String expected, String found) {
        var shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "…";
        return new WebEndpointResponse<>(
                Map.of("detail", "%s: expected %s, found \"%s\"".formatted(name, expected, shown)), 400);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
