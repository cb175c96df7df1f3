package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.Outcome;
import java.util.SplittableRandom;

/**
 * The client-side throttling of the SRE book (chapter 21, "Handling Overload"), for which there is no library's class: with the requests
 * and the accepts of the last two minutes, a call is refused with the probability
 * {@code max(0, (requests - K * accepts) / (requests + 1))}, K = 2.
 */
final class ThrottlePolicy implements Policy {

    private static final double K = 2;
    private static final int SLICES = 120;
    private static final long SLICE_NANOS = 1_000_000_000;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final int[] requests = new int[SLICES];
    private final int[] accepts = new int[SLICES];
    private int allRequests;
    private int allAccepts;
    private long slice;

    ThrottlePolicy(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
        this.slice = time.now / SLICE_NANOS;
    }

    @Override
    public long enter(long remainingNanos) {
        var at = turn();
        var chance = (allRequests - K * allAccepts) / (allRequests + 1);
        requests[at]++;
        allRequests++;
        return chance > 0 && random.nextDouble() < chance ? REFUSED : 0;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        if (outcome == Outcome.SUCCEEDED) {
            accepts[turn()]++;
            allAccepts++;
        }
    }

    private int turn() {
        for (var current = time.now / SLICE_NANOS; slice < current; ) {
            var next = (int) (++slice % SLICES);
            allRequests -= requests[next];
            allAccepts -= accepts[next];
            requests[next] = 0;
            accepts[next] = 0;
        }
        return (int) (slice % SLICES);
    }
}
