package io.meridian.outbox.kafka;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.ListenerExecutionFailedException;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Works on a record until it is done or put aside: what {@link FailedRecords} does on a consumer's thread, for workers. A pause keeps
 * waiting whoever waits for this record, which are those behind it in its key; the consumer polls all the while, so no pause can be
 * too long for {@code max.poll.interval.ms}.
 */
public final class Attempts {

    private final DeadLetters deadLetters;
    private final RetrySettings settings;
    private final List<RetryListener> listeners;
    private final Sleeper sleeper;

    /** How a pause passes. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    /** One attempt, by its number; throws what went wrong. */
    @FunctionalInterface
    public interface Attempt {
        void make(int number) throws Exception;
    }

    /** How it ended. */
    public enum End {
        /** An attempt succeeded. */
        DONE,
        /** The record is in its dead-letter topic. */
        PARKED,
        /** It is wanted no more: cancelled, or interrupted while it was. */
        CANCELLED
    }

    /** @param listeners told of each failure besides the log */
    public Attempts(DeadLetters deadLetters, RetrySettings settings, List<RetryListener> listeners, Sleeper sleeper) {
        this.deadLetters = deadLetters;
        this.settings = settings;
        this.listeners = FailedRecords.logged(listeners);
        this.sleeper = sleeper;
    }

    /** @param cancelled looked at after each failure, and before each attempt */
    public End until(ConsumerRecord<?, ?> record, Attempt attempt, BooleanSupplier cancelled) {
        var pauses = new EnumMap<Verdict, BackOffExecution>(Verdict.class);
        for (int number = 1; !cancelled.getAsBoolean(); number++) {
            try {
                attempt.make(number);
                return End.DONE;
            } catch (Throwable thrown) { // a record that overflows the stack is as bad as any other
                if (cancelled.getAsBoolean()) {
                    return End.CANCELLED;
                }
                Thread.interrupted(); // a budget that ran out interrupts; the pause is not to be cut short by it
                var failure = exception(thrown);
                int attempts = number;
                listeners.forEach(it -> it.failedDelivery(record, failure, attempts));
                long pause = pause(pauses, Verdict.on(thrown));
                if (pause == BackOffExecution.STOP) {
                    if (park(record, failure)) {
                        return End.PARKED;
                    }
                    pauses.clear(); // from the start
                    pause = settings.transientPause().toMillis();
                }
                if (!slept(Duration.ofMillis(pause))) {
                    return End.CANCELLED;
                }
            }
        }
        return End.CANCELLED;
    }

    private long pause(Map<Verdict, BackOffExecution> pauses, Verdict verdict) {
        return pauses.computeIfAbsent(verdict, it -> settings.backOff(it).start()).nextBackOff();
    }

    private boolean park(ConsumerRecord<?, ?> record, Exception failure) {
        try {
            deadLetters.accept(record, null, failure);
            listeners.forEach(it -> it.recovered(record, failure));
            return true;
        } catch (RuntimeException e) {
            listeners.forEach(it -> it.recoveryFailed(record, failure, e));
            return false;
        }
    }

    private boolean slept(Duration pause) {
        try {
            sleeper.sleep(pause);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Exception exception(Throwable thrown) {
        return thrown instanceof Exception exception
                ? exception
                : new ListenerExecutionFailedException("the listener threw an error", thrown);
    }
}
