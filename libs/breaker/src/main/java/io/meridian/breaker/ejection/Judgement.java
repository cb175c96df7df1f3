package io.meridian.breaker.ejection;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an instance does so much worse than the others that this cannot be chance. An instance is never judged by its own failures
 * alone: what all of them suffer from (a database, an overload) is nothing that leaving one of them alone could mend.
 *
 * <p>Two tests:
 *
 * <ul>
 *   <li>{@code k} failures in a row, if {@code k} is at least the setting and they would hardly happen to one that is like the others: of
 *       the others {@code f} of {@code N} calls failed since the first of the {@code k}, and with nothing else known (a uniform prior,
 *       Laplace's rule of succession) the next {@code k} fail with the chance
 *       {@code (f+1)/(N+2) * (f+2)/(N+3) * ... * (f+k)/(N+k+1)}, which has to be at most 10^-5. This is the {@code consecutive_5xx} of
 *       Envoy's outlier detection with the others as the measure; beside one good replica it takes ten, beside two seven.
 *   <li>{@code s <= S - 0.2} and {@code z = (S - s) / sqrt(p (1 - p) (1/n + 1/N)) >= 5}, where {@code s} and {@code S} are the shares of
 *       {@code n} and {@code N} calls of the last ten seconds that succeeded, of this instance and of all others together, {@code p} that
 *       of both, and {@code n} and {@code N} at least 20: the test of two proportions. Envoy compares with the mean of all
 *       instances less 1.9 standard deviations instead, below which none of fewer than five instances can fall, because no value
 *       lies further than {@code sqrt(instances - 1)} deviations from the mean of its set.
 * </ul>
 */
final class Judgement {

    private static final double CHANCE = 1e-5;
    private static final double CLEARLY = 0.2;
    private static final double DEVIATIONS = 5;
    private static final int CALLS = 20;

    private Judgement() {}

    /** Why an instance is to be left alone after so many failures in a row, or null if it is not. */
    static @Nullable String againstRun(int length, Evidence othersMeanwhile, EjectionSettings settings) {
        if (length < settings.inARow() || chanceOf(length, othersMeanwhile) > CHANCE) {
            return null;
        }
        return String.format(
                Locale.ROOT, "%d calls in a row failed, while %s", length, elsewhere(othersMeanwhile));
    }

    private static double chanceOf(int failures, Evidence others) {
        var chance = 1.0;
        for (var i = 1; i <= failures && chance > CHANCE; i++) {
            chance *= (others.failed() + i) / (others.calls() + 1.0 + i);
        }
        return chance;
    }

    /** Why an instance is to be left alone that did this in the last ten seconds, or null if it is not. */
    static @Nullable String againstShare(Evidence own, Evidence others) {
        if (own.calls() < CALLS || others.calls() < CALLS || own.share() > others.share() - CLEARLY) {
            return null;
        }
        var p = own.plus(others).share();
        var deviation = Math.sqrt(p * (1 - p) * (1.0 / own.calls() + 1.0 / others.calls()));
        if (others.share() - own.share() < DEVIATIONS * deviation) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "%.0f %% of its %d calls in ten seconds succeeded, while %s",
                100 * own.share(),
                own.calls(),
                elsewhere(others));
    }

    private static String elsewhere(Evidence others) {
        return String.format(
                Locale.ROOT, "%.0f %% of %d succeeded elsewhere", 100 * others.share(), others.calls());
    }
}
