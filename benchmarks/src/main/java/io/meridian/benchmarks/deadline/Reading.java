package io.meridian.benchmarks.deadline;

import io.grpc.Context;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading the deadline that the current thread works under. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {ThreadsInAScope.KIND, ThreadsInAScope.CLASS})
public class Reading {

    private static final ThreadLocal<Deadline> LOCAL = new ThreadLocal<>();

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Context.CancellableContext context =
            Context.current().withDeadlineAfter(1, TimeUnit.DAYS, scheduler);
    private Context before = Context.ROOT;

    @Setup(Level.Iteration)
    public void enter() {
        LOCAL.set(Deadline.after(Duration.ofDays(1)));
        before = context.attach();
    }

    @TearDown(Level.Iteration)
    public void leave() {
        context.detach(before);
        LOCAL.remove();
    }

    @TearDown
    public void stop() {
        context.cancel(null);
        scheduler.shutdownNow();
    }

    @Benchmark
    public @Nullable DeadlineScope currentOrNull() {
        return DeadlineScope.currentOrNull();
    }

    @Benchmark
    public Optional<DeadlineScope> current() {
        return DeadlineScope.current();
    }

    @Benchmark
    public @Nullable Deadline currentDeadline() {
        var scope = DeadlineScope.currentOrNull();
        return scope == null ? null : scope.deadline();
    }

    /** The clock's own time included. */
    @Benchmark
    public long remaining() {
        var scope = DeadlineScope.currentOrNull();
        return scope == null ? 0 : scope.deadline().remainingNanos();
    }

    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    @Benchmark
    public Deadline threadLocal() {
        return LOCAL.get();
    }

    @Benchmark
    public io.grpc.@Nullable Deadline grpcContext() {
        return Context.current().getDeadline();
    }
}
