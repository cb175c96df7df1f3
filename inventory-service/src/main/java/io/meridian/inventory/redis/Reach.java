package io.meridian.inventory.redis;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import io.meridian.deadline.DeadlineScope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Redis only while it answers.
 *
 * <p>One failure and it is left alone for a pause; then one question tries again, while all others still do without. So a Redis
 * that does not answer costs one command time-out in each pause, and not one in each request.
 */
final class Reach {

    private static final Logger log = LoggerFactory.getLogger(Reach.class);

    private final LongSupplier nanoClock;
    private final long pauseNanos;
    private final AtomicReference<Phase> phase;

    /** Begins by trying with one question. */
    Reach(LongSupplier nanoClock, Duration pause) {
        this.nanoClock = nanoClock;
        this.pauseNanos = pause.toNanos();
        this.phase = new AtomicReference<>(new LeftAlone(nanoClock.getAsLong(), false));
    }

    /** The answer; empty if Redis is left alone at the moment or failed to answer. */
    <T> Optional<T> ask(Supplier<T> question) {
        if (!mayAsk()) {
            return Optional.empty();
        }
        try {
            var answer = question.get();
            answered();
            return Optional.of(answer);
        } catch (RuntimeException failure) {
            // A question that nobody waits for any more says nothing about Redis.
            if (DeadlineScope.current().filter(DeadlineScope::isOver).isEmpty()) {
                failed(failure);
            }
            return Optional.empty();
        }
    }

    private boolean mayAsk() {
        var now = nanoClock.getAsLong();
        var seen = phase.get();
        return switch (seen) {
            case Answering _ -> true;
            case LeftAlone(var untilNanos, var told) when now - untilNanos >= 0 ->
                // Whoever moves the end of the pause is the one who tries.
                phase.compareAndSet(seen, new LeftAlone(now + pauseNanos, told));
            case LeftAlone _ -> false;
        };
    }

    private void answered() {
        if (!(phase.get() instanceof Answering)
                && phase.getAndSet(new Answering()) instanceof LeftAlone(_, var told)
                && told) {
            log.info("Redis answers again; products are cached");
        }
    }

    private void failed(RuntimeException failure) {
        var before = phase.getAndSet(new LeftAlone(nanoClock.getAsLong() + pauseNanos, true));
        if (!(before instanceof LeftAlone(_, var told) && told)) {
            log.warn("Redis does not answer; products are read from the database until it does: {}", getMostSpecificCause(failure).toString());
        }
    }

    private sealed interface Phase {}

    private record Answering() implements Phase {}

    /** @param told whether the log has it that Redis does not answer */
    private record LeftAlone(long untilNanos, boolean told) implements Phase {}
}
