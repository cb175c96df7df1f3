package io.meridian.benchmarks.breaker.sim;

import java.util.SplittableRandom;

/** How much work a call is, in units of the mean. */
enum Demand {
    /** Log-normal, sigma 0.5. */
    LOGNORMAL {
        @Override
        double draw(SplittableRandom random) {
            return Math.exp(SIGMA * random.nextGaussian() - SIGMA * SIGMA / 2);
        }
    },
    /** Exponential; for the comparison with Erlang's formula. */
    EXPONENTIAL {
        @Override
        double draw(SplittableRandom random) {
            return -Math.log1p(-random.nextDouble());
        }
    },
    /** Pareto with the exponent 2.2: a heavy tail that still has a variance. */
    PARETO {
        @Override
        double draw(SplittableRandom random) {
            return (ALPHA - 1) / ALPHA * Math.pow(1 - random.nextDouble(), -1 / ALPHA);
        }
    },
    /** Nine of ten are 0.4, one is 6.4. */
    BIMODAL {
        @Override
        double draw(SplittableRandom random) {
            return random.nextDouble() < 0.9 ? 0.4 : 6.4;
        }
    };

    private static final double SIGMA = 0.5;
    private static final double ALPHA = 2.2;

    abstract double draw(SplittableRandom random);
}
