package io.meridian.benchmarks.breaker.jmh;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
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

/** Being refused by a breaker that an operator opened. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class Refusal {

    private static final long BUDGET = TimeUnit.MILLISECONDS.toNanos(300);

    private final AdaptiveCircuitBreaker adaptive = AdaptiveCircuitBreaker.of("stock");
    private final CircuitBreaker plain = CircuitBreaker.ofDefaults("stock");

    public Refusal() {
        adaptive.transitionToForcedOpenState();
        plain.transitionToForcedOpenState();
    }

    @Benchmark
    public long adaptive() {
        return adaptive.enter(BUDGET);
    }

    @Benchmark
    public boolean resilience4j() {
        return plain.tryAcquirePermission();
    }
}
