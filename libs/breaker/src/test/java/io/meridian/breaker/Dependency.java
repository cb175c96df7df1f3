package io.meridian.breaker;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A dependency in manual time, asked at a steady rate through a breaker. It answers as it is told to, and the breaker sees the rest. */
final class Dependency {

    private static final Duration STEP = Duration.ofMillis(1);

    final ManualTime time = new ManualTime();
    final List<String> heard = new ArrayList<>();
    final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4);
    final AdaptiveBreaker breaker;

    private final PriorityQueue<Call> inFlight = new PriorityQueue<>((a, b) -> Long.compare(a.ends, b.ends));
    private double owed;
    private long now;

    Outcome answer = Outcome.SUCCEEDED;
    double failing;
    Duration latency = Duration.ofMillis(25);
    Duration budget = Duration.ofMillis(300);
    double perSecond = 400;
    int asked;
    int refused;

    record Call(long permit, long ends, Outcome outcome, long budget) {}

    Dependency(Tuning tuning) {
        breaker = new AdaptiveBreaker(
                "stock", tuning, time.nanos(), random, new Heard(), AdaptiveBreaker.Follower.NONE);
    }

    Dependency() {
        this(Tuning.USUAL);
    }

    /** Asks for so long. */
    void run(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left--) {
            time.advance(STEP);
            now += STEP.toNanos();
            while (!inFlight.isEmpty() && inFlight.peek().ends <= now) {
                var call = inFlight.remove();
                breaker.leave(call.permit, call.outcome, call.budget);
            }
            for (owed += perSecond / 1000; owed >= 1; owed--) {
                ask();
            }
            breaker.tick();
        }
    }

    /** A dependency that never answers: the caller's deadline ends the call. */
    void hang() {
        latency = Duration.ofDays(1);
    }

    private void ask() {
        asked++;
        long permit = breaker.enter(budget.toNanos());
        if (permit < 0) {
            refused++;
            return;
        }
        var outcome = failing > 0 && random.nextDouble() < failing ? Outcome.FAILED : answer;
        boolean late = latency.compareTo(budget) > 0;
        long took = late ? budget.toNanos() : latency.toNanos();
        inFlight.add(new Call(permit, now + took, late ? Outcome.TIMED_OUT : outcome, budget.toNanos()));
    }

    private final class Heard implements BreakerListener {

        @Override
        public void changed(String breaker, String from, String to, String why) {
            heard.add(from + " -> " + to);
        }
    }
}
