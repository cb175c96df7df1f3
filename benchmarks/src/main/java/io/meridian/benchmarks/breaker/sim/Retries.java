package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.retry.RetryBudget;
import java.util.function.Function;

/** Whether a call that failed, or was not answered in half of its time, is made a second time. */
interface Retries {

    /** Whether the second one may be sent. */
    boolean mayRetry();

    /** An answer came. */
    void succeeded();

    /** A client's own, given the time. */
    interface Factory extends Function<VirtualTime, Retries> {}

    /** From a budget of a tenth of what succeeded in the last ten seconds, and one a second: as the starter has it. */
    static Retries budget(VirtualTime time) {
        var budget = new RetryBudget("service", 0.1, 0.05, 1, time);
        return new Retries() {
            @Override
            public boolean mayRetry() {
                return budget.takeForRetry();
            }

            @Override
            public void succeeded() {
                budget.succeeded();
            }
        };
    }

    /** Every call gets its second. */
    Retries ALWAYS = new Retries() {
        @Override
        public boolean mayRetry() {
            return true;
        }

        @Override
        public void succeeded() {}
    };
}
