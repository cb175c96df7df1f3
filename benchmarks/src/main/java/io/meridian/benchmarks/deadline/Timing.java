package io.meridian.benchmarks.deadline;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Registration;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Asking to be told at a deadline, and taking it back before it passes: what nearly every timeout comes to. The timers are shared by
 * all threads and each of them stands ready to fire within a millisecond or two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class Timing {

    private static final long TIMEOUT_MILLIS = 2_000;

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private final HashedWheelTimer wheel = new HashedWheelTimer(1, TimeUnit.MILLISECONDS, 2_048);

    @Setup
    public void begin() {
        scheduler.setRemoveOnCancelPolicy(true);
        wheel.start();
    }

    @TearDown
    public void stop() {
        scheduler.shutdownNow();
        wheel.stop();
    }

    /** The scope of a thread's request. */
    @State(Scope.Thread)
    public static class Open {
        private final DeadlineScope scope = DeadlineScope.root("http", Deadline.after(Duration.ofDays(1)));
    }

    /** A hook on a scope that is open already. */
    @Benchmark
    public Registration hook(Open open) {
        var registration = open.scope.onEnd(_ -> {});
        registration.close();
        return registration;
    }

    /** A scope of its own for each request, and one hook on it. */
    @Benchmark
    public DeadlineScope scopeAndHook() {
        var scope = DeadlineScope.root("http", Deadline.after(Duration.ofMillis(TIMEOUT_MILLIS)));
        scope.onEnd(_ -> {}).close();
        return scope;
    }

    @Benchmark
    public boolean scheduledThreadPool() {
        return scheduler
                .schedule(() -> {}, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .cancel(false);
    }

    @Benchmark
    public boolean nettyHashedWheel() {
        return wheel.newTimeout(_ -> {}, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).cancel();
    }
}
