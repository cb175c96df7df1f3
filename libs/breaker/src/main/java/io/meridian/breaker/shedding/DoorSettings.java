package io.meridian.breaker.shedding;

import java.time.Duration;

/**
 * How wide a door is.
 *
 * @param limit how many calls work at once, 1 to 100,000
 * @param queue how many wait at most, 0 to 100,000; 0 refuses whoever finds no place
 * @param target the wait that is nothing to worry about, 1 ms to 1 s; a service whose calls take longer is given one median call
 * @param interval how long a queue may stand above the target before it counts as overload, from the target to 10 s: half of it one of
 *     calls that may be shed, five times as long one of critical calls
 */
public record DoorSettings(int limit, int queue, Duration target, Duration interval) {

    /** RFC 8289, section 4: a target of 5 ms and an interval of 100 ms. */
    public static final Duration TARGET = Duration.ofMillis(5);

    public static final Duration INTERVAL = Duration.ofMillis(100);

    private static final int MOST = 100_000;

    public DoorSettings {
        within("limit", limit, 1);
        within("queue", queue, 0);
        within("target", target, Duration.ofMillis(1), Duration.ofSeconds(1));
        within("interval", interval, target, Duration.ofSeconds(10));
    }

    /** The usual for so many places: a queue four times as long. What waits there waits a few calls' time, or is refused for it. */
    public static DoorSettings of(int limit) {
        return new DoorSettings(limit, Math.min(4 * limit, MOST), TARGET, INTERVAL);
    }

    private static void within(String name, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(name + " must be in " + least + ".." + MOST + ", was " + value);
        }
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be from " + least.toMillis() + "ms to " + most.toMillis()
                    + "ms, was " + value.toMillis() + "ms");
        }
    }
}
