package io.meridian.breaker;

/**
 * How long the dependency takes, also where it has not answered: the product-limit estimator of Kaplan and Meier ("Nonparametric
 * estimation from incomplete observations", JASA 53, 1958) over {@link Buckets}. An answer is an event. A call that ran out of time or is
 * still in flight says that it takes longer than that (right-censored), and so does one that failed, because its answer would have come
 * later than its failure.
 *
 * @param share F(t), the share of calls that is answered by the end of each bucket; empty if nothing is known
 * @param events how many answers it rests on
 * @param longestNanos the end of the last bucket with any observation
 */
record Latency(double[] share, int events, long longestNanos) {

    static final Latency UNKNOWN = new Latency(new double[0], 0, 0);

    static Latency of(Observed seen) {
        int atRisk = seen.ended() + Observed.sum(seen.inFlight());
        if (atRisk == 0) {
            return UNKNOWN;
        }
        var share = new double[Buckets.COUNT];
        double survival = 1;
        int events = 0;
        long longest = 0;
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            int answered = seen.succeeded()[bucket];
            int censored = seen.failed()[bucket] + seen.timedOut()[bucket] + seen.inFlight()[bucket];
            if (answered > 0) {
                survival *= 1 - (double) answered / atRisk;
                events += answered;
            }
            if (answered + censored > 0) {
                longest = Buckets.upperNanos(bucket);
                atRisk -= answered + censored;
            }
            share[bucket] = 1 - survival;
        }
        return new Latency(share, events, longest);
    }

    boolean isKnown() {
        return events > 0;
    }

    /** The time in which this share of the calls is answered; the longest that was observed if it is not reached, 0 if unknown. */
    long quantileNanos(double wanted) {
        if (events == 0) {
            return 0;
        }
        double before = 0;
        for (int bucket = 0; bucket < share.length; bucket++) {
            double reached = share[bucket];
            if (reached >= wanted && reached > before) {
                double within = (wanted - before) / (reached - before);
                long lower = Buckets.lowerNanos(bucket);
                return lower + Math.round(within * (Buckets.upperNanos(bucket) - lower));
            }
            before = reached;
        }
        return longestNanos;
    }

    /** Whether so many of the calls are answered at all. */
    boolean reaches(double wanted) {
        return events > 0 && share[share.length - 1] >= wanted;
    }

    /** P(latency &lt;= D) for a D in the middle of this bucket. */
    double answeredWithin(int bucket) {
        if (share.length == 0) {
            return 0;
        }
        return ((bucket == 0 ? 0 : share[bucket - 1]) + share[bucket]) / 2;
    }
}
