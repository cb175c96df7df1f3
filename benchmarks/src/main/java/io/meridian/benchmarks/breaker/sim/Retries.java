package io.meridian.benchmarks.breaker.sim;

import java.util.function.Function;

/** Whether a call that failed, or was not answered in half of its time, is made a second time. */
interface Retries {

    /** Whether the second one may be sent. */
    boolean mayRetry();

    /** An answer came. */
    void succeeded();

    /** A client's own, given the time. */
    interface Factory extends Function<VirtualTime, Retries> {}

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
