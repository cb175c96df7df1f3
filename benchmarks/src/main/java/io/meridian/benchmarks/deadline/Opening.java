package io.meridian.benchmarks.deadline;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.TimeoutHeader;
import java.time.Duration;
import java.util.Map;
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

/** What a request costs that comes with a timeout in its header and makes one gRPC call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class Opening {

    private static final Duration ROUTE = Duration.ofSeconds(2);

    private final Map<String, String> headers = Map.of(
            "host", "localhost:8080",
            "content-type", "application/json",
            "content-length", "118",
            "accept", "application/json",
            "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"",
            TimeoutHeader.NAME, "1500.25");

    private final Hop hop = new Hop("payment", Duration.ofSeconds(1), Duration.ofMillis(10), Reserve.USUAL);
    private final DeadlineScope open = DeadlineScope.root("http", Deadline.after(Duration.ofDays(1)));
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

    @Setup
    public void begin() {
        scheduler.setRemoveOnCancelPolicy(true);
    }

    @TearDown
    public void stop() {
        scheduler.shutdownNow();
    }

    /** The header read, the scope opened and closed, the call's budget granted and handed to gRPC. */
    @Benchmark
    public CallOptions headerScopeAndHandOver() {
        var deadline = Deadline.after(timeout());
        return DeadlineScope.root("http", deadline).call(this::handOver);
    }

    @Benchmark
    public TimeoutHeader.Reading header() {
        return TimeoutHeader.read(headers.get(TimeoutHeader.NAME));
    }

    /** As at the edge, which understands others' headers too. */
    @Benchmark
    public TimeoutHeader.Reading leastOfThreeHeaders() {
        return TimeoutHeader.least(headers::get);
    }

    @Benchmark
    public boolean scope() {
        return DeadlineScope.root("http", Deadline.after(ROUTE)).call(() -> true);
    }

    @Benchmark
    public Hop.Budget grant() {
        return hop.grant(open.deadline());
    }

    @Benchmark
    public String headerOut() {
        return TimeoutHeader.write(open.deadline().remaining());
    }

    /** gRPC's own: a context with a deadline, entered and left, and a call's options with what remains. */
    @Benchmark
    public CallOptions grpcContextAndOptions() throws Exception {
        var context = Context.current().withDeadlineAfter(timeout().toNanos(), TimeUnit.NANOSECONDS, scheduler);
        try {
            return context.call(() -> CallOptions.DEFAULT.withDeadline(context.getDeadline()));
        } finally {
            context.cancel(null);
        }
    }

    private Duration timeout() {
        return TimeoutHeader.read(headers.get(TimeoutHeader.NAME)) instanceof TimeoutHeader.Reading.Timeout(var asked)
                        && asked.compareTo(ROUTE) < 0
                ? asked
                : ROUTE;
    }

    private CallOptions handOver() {
        var scope = DeadlineScope.currentOrNull();
        return scope != null && hop.grant(scope.deadline()) instanceof Hop.Budget.Granted(var deadline, var _)
                ? CallOptions.DEFAULT.withDeadlineAfter(deadline.remainingNanos(), TimeUnit.NANOSECONDS)
                : CallOptions.DEFAULT;
    }
}
