package io.meridian.payment;

import io.meridian.observability.UnfinishedWork;
import io.meridian.payment.authorising.Backlog;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Looks now and then for payments that are not finished, and keeps the figures for metrics and health. All instances look at the same
 * payments and publish the same figures; those of one are not to be added to another's.
 */
final class LookAfter implements UnfinishedWork, HealthIndicator {

    /** Of the component, not of the service: it works as well as before, and restarting it would not help. */
    static final String STUCK = "STUCK";

    private static final Logger log = LoggerFactory.getLogger(LookAfter.class);

    private final Backlog backlog;
    private final Duration stuckAfter;
    private final InstantSource clock;
    private volatile Figures figures = Figures.NONE;

    LookAfter(Backlog backlog, Duration stuckAfter, InstantSource clock) {
        this.backlog = backlog;
        this.stuckAfter = stuckAfter;
        this.clock = clock;
    }

    /** Never throws: a look that fails must not be the last. */
    void look() {
        try {
            var now = clock.instant();
            var found = backlog.figures(now, now.minus(stuckAfter));
            figures = new Figures(found.unfinished(), found.stuck(), found.oldest());
        } catch (RuntimeException failure) {
            log.warn("unfinished payments could not be looked for, the next look tries again: {}", failure.toString());
        }
    }

    @Override
    public String name() {
        return "payments";
    }

    @Override
    public Figures figures() {
        return figures;
    }

    @Override
    public Health health() {
        var known = figures;
        return (known.stuck() == 0 ? Health.up() : Health.status(STUCK))
                .withDetail("unfinished", known.unfinished())
                .withDetail("stuck", known.stuck())
                .withDetail("oldestSeconds", known.oldest().toSeconds())
                .build();
    }
}
