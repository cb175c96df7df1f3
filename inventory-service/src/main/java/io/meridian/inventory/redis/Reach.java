package io.meridian.inventory.redis;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Faults;
import io.meridian.breaker.Guard;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import io.meridian.deadline.DeadlineScope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Redis only while it answers, through the breaker {@link #DEPENDENCY}.
 *
 * <p>Who asks waits for one command on a connection that is there, and never for a connection: connecting takes a TLS handshake, and a
 * handshake that takes seconds would take the thread, the time and the place of every request that needs one. So after the first failure,
 * and before the first success, everybody does without at once, and Redis is looked for behind their backs: at most one look at a time,
 * each begun by whoever comes along when the pause since the last one is over. Each look that fails counts for the breaker, which opens when
 * they go on failing and then lets fewer of them through; one that succeeds brings Redis back for everybody.
 */
final class Reach {

    /** What the breaker and its metrics are called: Redis as this service needs it. */
    static final String DEPENDENCY = "redis";

    /** A look connects, shakes hands and asks; each has its own bound, and this is one for all of it. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(Reach.class);

    /** A question that nobody waits for any more says nothing about Redis; any other failure is one, a time-out of ours included. */
    private static final Faults OF_QUESTIONS = _ -> scopeIsOver() ? Outcome.IGNORED : Outcome.FAILED;

    private static final Faults OF_LOOKS = _ -> Outcome.FAILED;

    private final Optional<Guard> guard;
    private final Runnable look;
    private final Executor background;
    private final LongSupplier nanoClock;
    private final long pauseNanos;

    private final AtomicBoolean answers = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicLong nextLookNanos;
    private volatile boolean told;

    /**
     * Begins by looking for Redis when first asked.
     *
     * @param guard empty where breakers are switched off
     * @param look connects if need be, and throws unless Redis answers
     * @param background where looks run; they may block
     * @param pause between the end of a look that failed and the next
     */
    Reach(Optional<Guard> guard, Runnable look, Executor background, LongSupplier nanoClock, Duration pause) {
        this.guard = guard;
        this.look = look;
        this.background = background;
        this.nanoClock = nanoClock;
        this.pauseNanos = pause.toNanos();
        this.nextLookNanos = new AtomicLong(nanoClock.getAsLong());
    }

    /** The answer; empty if Redis is left alone at the moment or failed to answer. */
    <T> Optional<T> ask(Supplier<T> question) {
        if (!answers.get()) {
            lookAgain();
            return Optional.empty();
        }
        try {
            return Optional.of(through(OF_QUESTIONS, question));
        } catch (CallRejectedException refused) {
            if (refused.reason() == Rejection.OPEN) {
                answers.set(false);
            }
            return Optional.empty();
        } catch (RuntimeException failure) {
            if (!scopeIsOver()) {
                failed(failure);
            }
            return Optional.empty();
        }
    }

    private void lookAgain() {
        if (nanoClock.getAsLong() - nextLookNanos.get() >= 0 && looking.compareAndSet(false, true)) {
            background.execute(() -> DeadlineScope.detached("redis-look", LONGEST_LOOK, () -> {
                look();
                return true;
            }));
        }
    }

    private void look() {
        try {
            through(OF_LOOKS, () -> {
                look.run();
                return true;
            });
            answered();
        } catch (CallRejectedException _) {
            // The breaker is open, and its own pause is not over.
        } catch (RuntimeException failure) {
            failed(failure);
        } finally {
            nextLookNanos.set(nanoClock.getAsLong() + pauseNanos);
            looking.set(false);
        }
    }

    private <T> T through(Faults faults, Supplier<T> question) {
        return guard.isPresent() ? guard.get().call(DEPENDENCY, faults, question::get) : question.get();
    }

    private void answered() {
        answers.set(true);
        if (told) {
            told = false;
            log.info("Redis answers again; products are cached");
        }
    }

    private void failed(RuntimeException failure) {
        answers.set(false);
        if (!told) {
            told = true;
            log.atWarn()
                    .addKeyValue("dependency", DEPENDENCY)
                    .addKeyValue("cause", getMostSpecificCause(failure).toString())
                    .log("Redis does not answer; products are read from the database until it does");
        }
    }

    private static boolean scopeIsOver() {
        return DeadlineScope.current().filter(DeadlineScope::isOver).isPresent();
    }
}
