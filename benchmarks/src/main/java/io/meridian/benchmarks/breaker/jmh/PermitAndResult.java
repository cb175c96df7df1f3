package io.meridian.benchmarks.breaker.jmh;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.resilience4j.AdaptiveCircuitBreaker;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Asking for a permit and telling the result, with one breaker for all threads: {@code benchmarks/jmh -prof gc -t 1 PermitAndResult},
 * and again with {@code -t 2}. Each reads the clock twice, as each of them does around a real call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PermitAndResult {

    private static final long BUDGET = TimeUnit.MILLISECONDS.toNanos(300);

    private final AdaptiveCircuitBreaker adaptive = AdaptiveCircuitBreaker.of("stock");
    private final CircuitBreaker plain = CircuitBreaker.ofDefaults("stock");
    private final CircuitBreaker lockFree = CircuitBreaker.of(
            "stock",
            CircuitBreakerConfig.custom()
                    .slidingWindowSynchronizationStrategy(SlidingWindowSynchronizationStrategy.LOCK_FREE)
                    .build());
    private final SimpleLimiter<Void> gradient2 =
            SimpleLimiter.newBuilder().limit(Gradient2Limit.newDefault()).build();

    private final AdaptiveCircuitBreaker heard = AdaptiveCircuitBreaker.of("stock");
    private final CircuitBreaker plainHeard = CircuitBreaker.ofDefaults("stock");

    /** Two consumers of two kinds, as a registry of metrics has them. */
    public PermitAndResult() {
        for (var one : new CircuitBreaker[] {heard, plainHeard}) {
            one.getEventPublisher().onSuccess(_ -> {}).onError(_ -> {});
        }
    }

    @Benchmark
    public void adaptive() {
        long permit = adaptive.enter(BUDGET);
        adaptive.leave(permit, Outcome.SUCCEEDED, BUDGET);
    }

    /** Through Resilience4j's interface, which hands no permit over. */
    @Benchmark
    public void adaptiveAsCircuitBreaker() {
        call(adaptive);
    }

    @Benchmark
    public void resilience4j() {
        call(plain);
    }

    @Benchmark
    public void resilience4jLockFree() {
        call(lockFree);
    }

    @Benchmark
    public void gradient2(Blackhole refused) {
        var listener = gradient2.acquire(null);
        listener.ifPresentOrElse(Limiter.Listener::onSuccess, () -> refused.consume(true));
    }

    /** What people build to have both. */
    @Benchmark
    public void resilience4jAndGradient2(Blackhole refused) {
        gradient2(refused);
        call(plain);
    }

    @Benchmark
    public void adaptiveWithListeners() {
        long permit = heard.enter(BUDGET);
        heard.leave(permit, Outcome.SUCCEEDED, BUDGET);
    }

    @Benchmark
    public void resilience4jWithListeners() {
        call(plainHeard);
    }

    private static void call(CircuitBreaker breaker) {
        if (breaker.tryAcquirePermission()) {
            long start = breaker.getCurrentTimestamp();
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
        }
    }
}
