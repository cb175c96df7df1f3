package io.meridian.deadline.redis;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.TimeoutOptions.TimeoutSource;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CompleteableCommand;
import io.lettuce.core.protocol.DemandAware;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.protocol.TransactionalCommand;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Is asked by Lettuce for each command's timeout on the thread that begins it, right before it is written. That is the moment to refuse
 * it, and to have it told of its scope's end: a command that is done by then is neither written nor written again, and Lettuce
 * takes it out of the line of those that wait for an answer only when the answer has come. Lettuce's own timer is too coarse for
 * that, with a tick of 100 ms, and knows nothing of a caller that left; the timeout is what is left if the telling fails.
 */
final class ScopedTimeouts extends TimeoutSource {

    /** Zero would be no timeout at all. */
    static final long LEAST_NANOS = 1_000_000;

    /** So much later than its scope a command that is told of the end has its timeout, for it is told why, and the timer knows nothing. */
    static final long MARGIN_NANOS = 250_000_000;

    /** How the metrics call it. */
    static final String HOP = "redis";

    /** After these a connection means something else by the same bytes, or belongs to somebody. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "SELECT", "AUTH", "HELLO", "RESET", "QUIT", "CLIENT", "READONLY",
            "READWRITE", "ASKING", "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE",
            "MONITOR");

    private final UsualTimeout usual;
    private final DeadlineListener listener;
    private final MissingDeadline missing;

    /** The blocking API asks twice for the same command; only the first time counts. */
    private final ThreadLocal<WeakReference<Object>> lastMissing = new ThreadLocal<>();

    ScopedTimeouts(UsualTimeout usual, DeadlineListener listener, MissingDeadline missing) {
        this.usual = usual;
        this.listener = listener;
        this.missing = missing;
    }

    @Override
    public TimeUnit getTimeUnit() {
        return TimeUnit.NANOSECONDS;
    }

    @Override
    public long getTimeout(@Nullable RedisCommand<?, ?, ?> command) {
        var nanos = usual.nanos(command);
        if (command == null || isOfTheConnection(command)) {
            return nanos;
        }
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            met(command);
            return nanos;
        }
        var margin = endsWith(scope, command) ? MARGIN_NANOS : 0;
        var left = Math.max(LEAST_NANOS, scope.deadline().remainingNanos() + margin);
        return nanos > 0 ? Math.min(nanos, left) : left;
    }

    private static boolean isOfTheConnection(RedisCommand<?, ?, ?> command) {
        return command instanceof TransactionalCommand
                || OF_THE_CONNECTION.contains(command.getType().toString());
    }

    private void met(RedisCommand<?, ?, ?> command) {
        var last = lastMissing.get();
        // Of a cluster's command only the outermost layer is one that somebody waits for.
        if (command instanceof AsyncCommand && (last == null || !last.refersTo(command))) {
            lastMissing.set(new WeakReference<>(command));
            missing.met(Stage.REDIS);
        }
    }

    /** Sees to it that the command ends with the scope; returns whether that is so, as for all but the inner layers of a cluster's. */
    private boolean endsWith(DeadlineScope scope, RedisCommand<?, ?, ?> command) {
        if (!(command instanceof CompleteableCommand<?> completeable)
                || !(command instanceof AsyncCommand || command instanceof DemandAware.Sink)) {
            return false;
        }
        if (scope.isOver()) {
            if (fail(command, scope.ending().orElse(Ending.EXPIRED), "was not begun")) {
                listener.refusedBeforeDispatch(HOP, Duration.ZERO);
            }
            return true;
        }
        // On a thread of its own: what follows from the failure runs on it.
        var registration = scope.onEnd(ending -> Thread.ofVirtual().name("redis-ends").start(() -> {
            if (fail(command, ending, "was given up")) {
                listener.stopped(Stage.REDIS, ending);
            }
        }));
        completeable.onComplete((_, _) -> registration.close());
        return true;
    }

    /** Returns whether the command had not ended by itself. */
    private static boolean fail(RedisCommand<?, ?, ?> command, Ending ending, String what) {
        return !command.isDone()
                && command.completeExceptionally(new RedisCommandTimeoutException(
                        new ScopeEndedException(ending, "Redis " + command.getType() + " " + what)));
    }
}
