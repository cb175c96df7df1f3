package io.meridian.outbox.kafka;

import java.time.Duration;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * How long a failing record is tried again in place, keeping its partition waiting, before it goes to the dead-letter topic.
 *
 * @param first pause before the first repetition; doubles with each further one
 * @param faultyPause what the doubling ends at for a record that is itself the likely reason
 * @param faultyAttempts repetitions of such a record; 0 sends it to the dead-letter topic at once
 * @param transientPause what the doubling ends at while the database cannot be used; far below {@code max.poll.interval.ms}
 * @param transientTime all pauses together for a record that meets a reachable but failing database
 */
public record RetrySettings(
        Duration first, Duration faultyPause, int faultyAttempts, Duration transientPause, Duration transientTime) {

    private static final double FACTOR = 2;

    public RetrySettings {
        requirePositive("first", first);
        requirePositive("faultyPause", faultyPause);
        requirePositive("transientPause", transientPause);
        requirePositive("transientTime", transientTime);
        if (faultyAttempts < 0) {
            throw new IllegalArgumentException("faultyAttempts must not be negative, was " + faultyAttempts);
        }
        if (transientPause.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "transientPause must be at most a minute, so that the consumer keeps its partitions, was " + transientPause);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
    }

    /** The pauses before the repetitions of a record that failed so, as its {@link Verdict} has it. */
    public BackOff backOff(Exception failure) {
        return backOff(Verdict.on(failure));
    }

    BackOff backOff(Verdict verdict) {
        return switch (verdict) {
            case UNREADABLE -> attempts(faultyPause, 0);
            case FAULTY -> attempts(faultyPause, faultyAttempts);
            case TRANSIENT -> {
                var backOff = doubling(transientPause);
                backOff.setMaxElapsedTime(transientTime.toMillis());
                yield backOff;
            }
            case UNREACHABLE -> doubling(transientPause);
        };
    }

    private BackOff attempts(Duration longest, int attempts) {
        var backOff = doubling(longest);
        backOff.setMaxAttempts(attempts);
        return backOff;
    }

    private ExponentialBackOff doubling(Duration longest) {
        var backOff = new ExponentialBackOff(first.toMillis(), FACTOR);
        backOff.setMaxInterval(longest.toMillis());
        return backOff;
    }
}
