package io.meridian.benchmarks.breaker.sim;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import io.meridian.breaker.Tuning;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A policy by name. */
record Contender(String name, String says, Factory factory) {

    interface Factory {
        /** @param random its own, decided by the seed and the client */
        Policy policy(VirtualTime time, SplittableRandom random);
    }

    static final Contender NONE = new Contender("none", "every call is made", (_, _) -> new Policy.None());

    static final Contender RESILIENCE_WAIT_1S = resilience(
            "r4j-wait1", "the tuned one, open for 1 s", time -> ResiliencePolicy.tuned(time, Duration.ofSeconds(1)));

    static final List<Contender> PEERS = List.of(
            NONE,
            resilience("r4j-default", "Resilience4j as it comes", ResiliencePolicy::defaults),
            resilience(
                    "r4j-tuned",
                    "Resilience4j, opens at half of at least 20 of 100 calls failed or slower than 250 ms, for 5 s",
                    time -> ResiliencePolicy.tuned(time, Duration.ofSeconds(5))),
            RESILIENCE_WAIT_1S,
            limiter("gradient2", "Gradient2 as it comes", Gradient2Limit::newDefault),
            limiter("gradient2-min2", "Gradient2, at least 2", Contender::gradient),
            limiter("vegas", "Vegas as it comes", VegasLimit::newDefault),
            limiter("aimd", "AIMD as it comes", () -> AIMDLimit.newBuilder().build()),
            limiter("aimd-tuned", "AIMD, at least 2, a timeout of 150 ms", Contender::aimd),
            new Contender("sre", "the SRE book's throttle, K = 2", ThrottlePolicy::new),
            stack(
                    "r4j-wait1+gradient2-min2",
                    "both, the breaker outside",
                    time -> new ResiliencePolicy(time, ResiliencePolicy.tuned(time, Duration.ofSeconds(1))),
                    Contender::gradient),
            stack(
                    "r4j-tuned+aimd-tuned",
                    "both, the breaker outside",
                    time -> new ResiliencePolicy(time, ResiliencePolicy.tuned(time, Duration.ofSeconds(5))),
                    Contender::aimd));

    static final Contender OURS = ours("meridian", "the adaptive breaker, every constant as it comes", Tuning.USUAL);

    static final List<Contender> ALL =
            Stream.concat(Stream.of(OURS), PEERS.stream()).toList();

    /** Ours with a part taken away each, to see what it is good for. */
    static final List<Contender> ABLATIONS = List.of(
            OURS,
            ours("no limiter", "any number in flight", Tuning.USUAL.with(new Tuning.Parts(false, true, true, true))),
            ours("no gate", "however little time is left", Tuning.USUAL.with(new Tuning.Parts(true, false, true, true))),
            ours("no throttle", "however many fail", Tuning.USUAL.with(new Tuning.Parts(true, true, false, true))),
            ours(
                    "no view of calls in flight",
                    "only calls that ended count",
                    Tuning.USUAL.with(new Tuning.Parts(true, true, true, false))));

    static Contender named(String name) {
        return ALL.stream()
                .filter(it -> it.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--policy must be one of "
                        + String.join(", ", ALL.stream().map(Contender::name).toList()) + ", was " + name));
    }

    static Contender ours(String name, String says, Tuning tuning) {
        return new Contender(name, says, (time, random) -> new BreakerPolicy(time, random, tuning));
    }

    private interface Config {
        io.github.resilience4j.circuitbreaker.CircuitBreakerConfig on(VirtualTime time);
    }

    private interface Outer {
        Policy on(VirtualTime time);
    }

    private static Contender resilience(String name, String says, Config config) {
        return new Contender(name, says, (time, _) -> new ResiliencePolicy(time, config.on(time)));
    }

    private static Contender limiter(String name, String says, Supplier<Limit> limit) {
        return new Contender(name, says, (time, random) -> new LimiterPolicy(time, limit.get(), random));
    }

    private static Contender stack(String name, String says, Outer outer, Supplier<Limit> limit) {
        return new Contender(
                name,
                says,
                (time, random) -> new StackedPolicy(outer.on(time), new LimiterPolicy(time, limit.get(), random)));
    }

    private static Limit gradient() {
        return Gradient2Limit.newBuilder().minLimit(2).build();
    }

    private static Limit aimd() {
        return AIMDLimit.newBuilder()
                .minLimit(2)
                .timeout(150, TimeUnit.MILLISECONDS)
                .build();
    }
}
