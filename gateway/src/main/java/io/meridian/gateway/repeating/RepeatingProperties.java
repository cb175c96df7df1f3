package io.meridian.gateway.repeating;

import io.meridian.breaker.retry.Backoff;
import io.meridian.breaker.retry.RetryBudget;
import io.meridian.breaker.retry.RetrySettings;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How requests are sent a second time.
 *
 * @param attempts how often one is sent at most, 1 or 2; with 1 nothing is repeated or hedged
 * @param backoff how long is waited before it is sent again, from nothing to this; 0 s to 250 ms
 * @param least what must be left of the request's time for it, 0 s or more; what half of the answers need has to be left too
 * @param share how many may be sent again, of all that were answered in the last ten seconds; 0 to 1, 0.1 is one in ten
 * @param perSecond how many may be besides, in each second and for each service; 0 or more
 * @param hedgeShare how many reads may be hedged, of all that were answered; 0 to {@code share}, and 0 hedges none
 * @param hedgeAfter the soonest a silent read is hedged, above 0 s
 */
@ConfigurationProperties("meridian.gateway.repeating")
public record RepeatingProperties(
        @DefaultValue("2") int attempts,
        @DefaultValue("25ms") Duration backoff,
        @DefaultValue("20ms") Duration least,
        @DefaultValue("0.1") double share,
        @DefaultValue("1") int perSecond,
        @DefaultValue("0.05") double hedgeShare,
        @DefaultValue("5ms") Duration hedgeAfter) {

    private static final String PREFIX = "meridian.gateway.repeating.";

    public RepeatingProperties {
        require(attempts == 1 || attempts == 2, "attempts must be 1 or 2", attempts);
        require(
                !backoff.isNegative() && backoff.compareTo(Backoff.USUAL.most()) <= 0,
                "backoff must be from 0 s to " + Backoff.USUAL.most().toMillis() + " ms",
                backoff);
        require(!least.isNegative(), "least must be 0 s or more", least);
        require(share >= 0 && share <= 1, "share must be from 0 to 1", share);
        require(perSecond >= 0, "per-second must be 0 or more", perSecond);
        require(
                hedgeShare >= 0 && hedgeShare <= share,
                "hedge-share must be from 0 to " + PREFIX + "share, which is " + share,
                hedgeShare);
        require(hedgeAfter.isPositive(), "hedge-after must be above 0 s", hedgeAfter);
    }

    /** What decides about one request. */
    public RetrySettings settings() {
        return new RetrySettings(attempts, new Backoff(backoff, Backoff.USUAL.most()), least, hedgeAfter);
    }

    /** A budget for the requests to one service. */
    public RetryBudget budget(String service, LongSupplier nanoClock) {
        return new RetryBudget(service, share, hedgeShare, perSecond, nanoClock);
    }

    private static void require(boolean held, String what, Object was) {
        if (!held) {
            throw new IllegalArgumentException(PREFIX + what + ", was " + was);
        }
    }
}
