package io.meridian.deadline.gateway;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Hop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** One request at the door: since when its time counts, how much it asked for, and what became of it. */
final class Visit {

    private static final String ATTRIBUTE = Visit.class.getName();

    private final long arrivedNanos;
    private final @Nullable Duration asked;
    private final AtomicReference<@Nullable Call> call = new AtomicReference<>();
    private final DeadlineScope root;
    private volatile DeadlineScope scope;
    private volatile boolean admitted;
    private volatile boolean over;

    /**
     * @param arrivedNanos a reading of {@link System#nanoTime()}
     * @param asked what the client said, null if nothing
     * @param root ends when the client leaves, and not by itself
     */
    Visit(long arrivedNanos, @Nullable Duration asked, DeadlineScope root) {
        this.arrivedNanos = arrivedNanos;
        this.asked = asked;
        this.root = root;
        this.scope = asked == null ? root : within(asked);
    }

    /** A part of this visit, which ends so long after it began. */
    DeadlineScope within(Duration budget) {
        return root.within(Deadline.since(arrivedNanos, budget));
    }

    /** A call to the service behind. */
    record Call(Hop hop, Duration granted, Duration reserved, long startedNanos) {

        Duration used() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }
    }

    static void begin(ServerWebExchange exchange, Visit visit) {
        exchange.getAttributes().put(ATTRIBUTE, visit);
    }

    /** Null for an exchange that did not come in by the {@link ArrivalFilter}. */
    static @Nullable Visit of(ServerWebExchange exchange) {
        return (Visit) exchange.getAttributes().get(ATTRIBUTE);
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    @Nullable Duration asked() {
        return asked;
    }

    DeadlineScope scope() {
        return scope;
    }

    /** It was given what its route allows. */
    void admit(DeadlineScope scope) {
        this.scope = scope;
        this.admitted = true;
    }

    /** Whether its budget is known, which is so once a route was found or nothing is left. */
    boolean isAdmitted() {
        return admitted;
    }

    @Nullable Call call() {
        return call.get();
    }

    /** Takes the place of the call before, which is returned; there is one if a filter asks again. */
    @Nullable Call begin(@Nullable Call next) {
        return call.getAndSet(next);
    }

    /** Nobody takes an answer any more. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
