package io.meridian.simulation.schedule;

import io.meridian.order.placing.Patience;
import io.meridian.order.settling.Settling;
import io.meridian.outbox.kafka.RetrySettings;
import io.meridian.outbox.relay.RelaySettings;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.fault.Fault;
import java.time.Duration;
import java.util.Set;

/**
 * How the services of one schedule are set: as they are by default, but for what decides how long stock and money wait, which is
 * short where expiry is what is looked at.
 *
 * @param holdFor how long stock is set aside
 * @param validFor how long an authorisation waits
 */
record Settings(
        int orders,
        int inventories,
        int payments,
        int partitions,
        Duration holdFor,
        Duration validFor,
        Patience patience) {

    static final Settling SETTLING = new Settling(
            16, Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(2));
    static final Duration SETTLE_AFTER = Duration.ofSeconds(6);
    static final Duration SETTLE_EVERY = Duration.ofSeconds(1);
    static final Duration KEYS_KEPT = Duration.ofHours(24);
    static final Duration SWEEP_HOLDS_EVERY = Duration.ofSeconds(2);
    static final Duration SWEEP_PAYMENTS_EVERY = Duration.ofMillis(500);
    static final Duration PROVIDER_TIMEOUT = Duration.ofSeconds(1);
    static final int SWEEP_BATCH = 32;
    static final int MAX_EVENT = 900_000;
    static final io.meridian.payment.authorising.Patience PAYMENT_PATIENCE =
            new io.meridian.payment.authorising.Patience(
                    Duration.ofMinutes(30),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(500),
                    Duration.ofMinutes(1));
    static final RelaySettings RELAY = new RelaySettings(
            500,
            4 << 20,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));
    static final RetrySettings RETRIES = new RetrySettings(
            Duration.ofMillis(100), Duration.ofSeconds(2), 5, Duration.ofSeconds(5), Duration.ofMinutes(5));

    static Settings draw(Dice dice, Set<Fault> faults) {
        var expiry = faults.contains(Fault.EXPIRY);
        var holdFor = expiry ? Duration.ofMillis(dice.between(1_000, 16_000)) : Duration.ofMinutes(10);
        var margin = expiry ? Duration.ofMillis(dice.between(0, 1_000)) : Duration.ofSeconds(10);
        return new Settings(
                dice.between(1, 2),
                dice.between(1, 2),
                dice.between(1, 2),
                dice.between(1, 3),
                holdFor,
                expiry ? Duration.ofMillis(dice.between(1_000, 16_000)) : Duration.ofMinutes(30),
                new Patience(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(4_500),
                        Duration.ofMillis(500),
                        margin));
    }

    io.meridian.payment.authorising.Patience paymentPatience() {
        return new io.meridian.payment.authorising.Patience(
                validFor,
                PAYMENT_PATIENCE.inFlight(),
                PAYMENT_PATIENCE.unseen(),
                PAYMENT_PATIENCE.firstRetry(),
                PAYMENT_PATIENCE.longestRetry());
    }
}
