package io.meridian.benchmarks.relay;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a while, at most. */
final class Pause {

    private Pause() {}

    static void of(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }

    static void until(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
