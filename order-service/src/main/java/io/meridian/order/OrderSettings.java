package io.meridian.order;

import io.meridian.order.placing.Patience;
import io.meridian.order.settling.Settling;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.order}.
 *
 * @param keysKept how long an idempotency key is remembered
 */
@ConfigurationProperties("meridian.order")
record OrderSettings(
        @DefaultValue Placing placing,
        @DefaultValue Settle settling,
        @DefaultValue Watching watching,
        @DefaultValue("24h") Duration keysKept) {

    /**
     * Placing one order.
     *
     * @param hold how long inventory is waited for
     * @param authorise how long payment is waited for
     * @param total how long both are waited for together
     * @param release how long giving a hold back early may take
     * @param margin how long before it runs out a hold no longer counts
     * @param warm how long each neighbour is waited for at start
     */
    record Placing(
            @DefaultValue("2s") Duration hold,
            @DefaultValue("3s") Duration authorise,
            @DefaultValue("4500ms") Duration total,
            @DefaultValue("500ms") Duration release,
            @DefaultValue("10s") Duration margin,
            @DefaultValue("2s") Duration warm) {

        Patience patience() {
            return new Patience(hold, authorise, total, release, margin);
        }
    }

    /**
     * Settling what placing left.
     *
     * @param after how old a pending order is when it is first driven on; longer than {@code placing.total}
     * @param every how long this instance waits between looking for due orders
     * @param atOnce the most orders driven at the same time by this instance
     * @param lease for how long a driver has an order to itself
     * @param firstPause between the first attempt and the second; it doubles from there
     * @param longestPause where the doubling ends
     * @param giveUpAfter the age at which an order that still waits is rejected
     * @param stuckAfter the age at which an order that has not ended is told of, for somebody to look after it; longer than
     *     {@code giveUpAfter}
     * @param lookEvery how long this instance waits between looking for those
     */
    record Settle(
            @DefaultValue("6s") Duration after,
            @DefaultValue("1s") Duration every,
            @DefaultValue("16") int atOnce,
            @DefaultValue("15s") Duration lease,
            @DefaultValue("1s") Duration firstPause,
            @DefaultValue("30s") Duration longestPause,
            @DefaultValue("2m") Duration giveUpAfter,
            @DefaultValue("5m") Duration stuckAfter,
            @DefaultValue("10s") Duration lookEvery) {

        Settling settling() {
            return new Settling(atOnce, lease, firstPause, longestPause, giveUpAfter);
        }
    }

    /**
     * Watching orders.
     *
     * @param atOnce the most watchers at the same time of this instance; one more is answered 503
     * @param longest how long one watcher may stay before it has to come back
     */
    record Watching(
            @DefaultValue("2000") int atOnce,
            @DefaultValue("10m") Duration longest) {}

    OrderSettings {
        if (settling.after().compareTo(placing.total()) <= 0) {
            throw new IllegalArgumentException("meridian.order.settling.after must be longer than placing.total ("
                    + placing.total() + "), was " + settling.after() + ": it would settle orders that are being placed");
        }
        if (settling.lease().compareTo(placing.total()) <= 0) {
            throw new IllegalArgumentException("meridian.order.settling.lease must be longer than placing.total ("
                    + placing.total() + "), was " + settling.lease() + ": it would run out during a drive");
        }
        if (settling.stuckAfter().compareTo(settling.giveUpAfter()) <= 0) {
            throw new IllegalArgumentException("meridian.order.settling.stuck-after must be longer than give-up-after ("
                    + settling.giveUpAfter() + "), was " + settling.stuckAfter()
                    + ": what is given up by itself is not stuck");
        }
        if (settling.longestPause().compareTo(Settling.LONGEST_PAUSE) > 0) {
            throw new IllegalArgumentException("meridian.order.settling.longest-pause must be at most "
                    + Settling.LONGEST_PAUSE + ", was " + settling.longestPause());
        }
        if (settling.lookEvery().compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(
                    "meridian.order.settling.look-every must be 1 ms or more, was " + settling.lookEvery());
        }
        if (!keysKept.isPositive()) {
            throw new IllegalArgumentException("meridian.order.keys-kept must be positive, was " + keysKept);
        }
    }
}
