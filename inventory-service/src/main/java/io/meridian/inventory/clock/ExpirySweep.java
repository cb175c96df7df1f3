package io.meridian.inventory.clock;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import io.meridian.inventory.holding.ExpireHolds;
import io.meridian.inventory.model.OrderId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends overdue holds, batch by batch, until none is left; what fails is tried again by the next sweep. */
public final class ExpirySweep {

    private static final Logger log = LoggerFactory.getLogger(ExpirySweep.class);

    private final ExpireHolds expireHolds;
    private final int batch;

    /** @param batch how many holds are looked for at once */
    public ExpirySweep(ExpireHolds expireHolds, int batch) {
        this.expireHolds = expireHolds;
        this.batch = batch;
    }

    /** Never throws: a sweep that fails must not be the last. */
    public void run() {
        try {
            while (sweepOnce()) {
                // A full batch that made progress: there is more.
            }
        } catch (RuntimeException failure) {
            log.warn("overdue holds could not be looked for, the next sweep tries again: {}", getMostSpecificCause(failure).toString());
        }
    }

    private boolean sweepOnce() {
        var overdue = expireHolds.overdue(batch);
        var ended = overdue.stream().filter(this::expire).count();
        return overdue.size() == batch && ended > 0;
    }

    private boolean expire(OrderId order) {
        try {
            var expired = expireHolds.expire(order);
            if (expired) {
                log.atInfo().addKeyValue("orderId", order).log("stock returned, its hold expired");
            }
            return expired;
        } catch (RuntimeException failure) {
            log.atWarn()
                    .addKeyValue("orderId", order)
                    .setCause(failure)
                    .log("hold could not be expired, the next sweep tries again");
            return false;
        }
    }
}
