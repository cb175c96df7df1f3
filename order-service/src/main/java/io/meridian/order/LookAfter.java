package io.meridian.order;

import io.meridian.observability.UnfinishedWork;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.TendOrders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Looks now and then for orders that do not end by themselves: warns of each once, keeps the figures for metrics and health. All
 * instances look at the same orders and publish the same figures; those of one are not to be added to another's.
 */
final class LookAfter implements UnfinishedWork, HealthIndicator {

    /** Of the component, not of the service: it works as well as before, and restarting it would not help. */
    static final String STUCK = "STUCK";

    private static final Logger log = LoggerFactory.getLogger(LookAfter.class);

    private final TendOrders tendOrders;
    private volatile Figures figures = Figures.NONE;

    LookAfter(TendOrders tendOrders) {
        this.tendOrders = tendOrders;
    }

    void look() {
        var found = tendOrders.figures();
        figures = new Figures(found.unfinished(), found.stuck(), found.oldest());
        tendOrders.becameStuck().forEach(LookAfter::warn);
    }

    private static void warn(Backlog.Open open) {
        log.atWarn()
                .addKeyValue("orderId", open.order().id())
                .addKeyValue("customerId", open.order().placement().customer())
                .addKeyValue("state", open.order().state())
                .addKeyValue("ageSeconds", open.age().toSeconds())
                .addKeyValue("attempts", open.attempts())
                .addKeyValue("epoch", open.epoch())
                .addKeyValue("lastFailure", open.lastFailure())
                .log("order does not end by itself; /actuator/unfinished drives it or gives it up");
    }

    @Override
    public String name() {
        return "orders";
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
