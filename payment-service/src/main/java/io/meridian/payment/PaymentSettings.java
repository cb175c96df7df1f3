package io.meridian.payment;

import io.meridian.payment.authorising.Patience;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long payment waits for others, and how much it asks of them.
 *
 * @param providerTimeout how long one call to the card provider may take; then its outcome is unknown
 * @param providerCalls how many calls to the card provider may be under way at once, 1 to 1,000
 * @param validFor how long an authorisation waits for its order to be confirmed before it is given back
 * @param inFlightFor how long an operation is left to whoever began it, before others ask what became of it; longer than the
 *     provider timeout
 * @param unseenFor how long a request may still be on its way to the provider; only then is "never heard of it" believed; at
 *     least the provider timeout
 * @param retryAfter how long after the provider did not answer it is asked again; doubles each time
 * @param retryAtMost where the doubling ends
 * @param sweepEvery how long after one look for what is overdue the next one begins
 * @param sweepBatch how much of what is overdue is worked on at once, 1 to 1,000
 * @param stuckAfter how long something may be unfinished before a person has to look after it
 * @param lookEvery how long there is between looks for that
 */
@ConfigurationProperties("meridian.payment")
record PaymentSettings(
        @DefaultValue("1s") Duration providerTimeout,
        @DefaultValue("64") int providerCalls,
        @DefaultValue("30m") Duration validFor,
        @DefaultValue("3s") Duration inFlightFor,
        @DefaultValue("5s") Duration unseenFor,
        @DefaultValue("500ms") Duration retryAfter,
        @DefaultValue("1m") Duration retryAtMost,
        @DefaultValue("500ms") Duration sweepEvery,
        @DefaultValue("32") int sweepBatch,
        @DefaultValue("5m") Duration stuckAfter,
        @DefaultValue("10s") Duration lookEvery) {

    /** A payment is known within a minute of the moment the provider is well again, so it may not be left alone for longer. */
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    PaymentSettings {
        requirePositive("provider-timeout", providerTimeout);
        requireCount("provider-calls", providerCalls);
        requirePositive("valid-for", validFor);
        requirePositive("retry-after", retryAfter);
        requirePositive("sweep-every", sweepEvery);
        requireCount("sweep-batch", sweepBatch);
        requirePositive("look-every", lookEvery);
        if (retryAtMost.compareTo(LONGEST_RETRY) > 0) {
            throw new IllegalArgumentException(
                    "meridian.payment.retry-at-most must be at most " + LONGEST_RETRY + ", was " + retryAtMost);
        }
        if (stuckAfter.compareTo(retryAtMost) <= 0) {
            throw new IllegalArgumentException("meridian.payment.stuck-after must be longer than retry-at-most ("
                    + retryAtMost + "), was " + stuckAfter + ": what is about to be asked again is not stuck");
        }
        if (inFlightFor.compareTo(providerTimeout) <= 0) {
            throw new IllegalArgumentException("meridian.payment.in-flight-for must be longer than provider-timeout ("
                    + providerTimeout + "), was " + inFlightFor);
        }
        if (unseenFor.compareTo(providerTimeout) < 0) {
            throw new IllegalArgumentException("meridian.payment.unseen-for must be at least provider-timeout ("
                    + providerTimeout + "), was " + unseenFor);
        }
        if (retryAtMost.compareTo(retryAfter) < 0) {
            throw new IllegalArgumentException("meridian.payment.retry-at-most must be at least retry-after ("
                    + retryAfter + "), was " + retryAtMost);
        }
    }

    Patience patience() {
        return new Patience(validFor, inFlightFor, unseenFor, retryAfter, retryAtMost);
    }

    /** A millisecond is the least that the scheduler takes for more than nothing. */
    private static void requirePositive(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("meridian.payment." + name + " must be 1 ms or more, was " + value);
        }
    }

    private static void requireCount(String name, int value) {
        if (value < 1 || value > 1_000) {
            throw new IllegalArgumentException("meridian.payment." + name + " must be in 1..1000, was " + value);
        }
    }
}
