package io.meridian.payment.clock;

import io.meridian.payment.authorising.FinishOverdue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes what is overdue, batch by batch, until nothing is left; what fails is due again later. */
public final class OverdueSweep {

    private static final Logger log = LoggerFactory.getLogger(OverdueSweep.class);

    private final FinishOverdue finishOverdue;
    private final int batch;

    public OverdueSweep(FinishOverdue finishOverdue, int batch) {
        this.finishOverdue = finishOverdue;
        this.batch = batch;
    }

    /** Never throws: a sweep that fails must not be the last. */
    public void run() {
        try {
            while (finishOverdue.finish(batch) == batch) {
                // A full batch: there may be more. What was taken is leased, so it does not come back at once.
            }
        } catch (RuntimeException failure) {
            log.warn("overdue payments could not be looked for, the next sweep tries again: {}", failure.toString());
        }
    }
}
