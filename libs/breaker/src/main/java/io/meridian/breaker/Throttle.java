package io.meridian.breaker;

/**
 * Adaptive client-side throttling after "Site Reliability Engineering" (Beyer et al., 2016), chapter 21. The requests there are counted
 * before they are refused; here only those that were made are, so the share settles at once and does not feed on its own refusals.
 * Chance is allowed for: of few calls more may fail before any is spared.
 */
final class Throttle {

    private Throttle() {}

    /** The share of calls to spare the dependency, of {@code asked} that it answered in either way. */
    static double share(int asked, int succeeded, Tuning.Throttling tuning) {
        return Math.clamp((asked - tuning.factor() * (succeeded + tuning.doubt() * Math.sqrt(asked))) / (asked + 1), 0, tuning.most());
    }
}
