package io.meridian.benchmarks.breaker.sim;

import io.meridian.breaker.Outcome;

/** What stands between one client and the service; all of them are asked and told like {@link io.meridian.breaker.Breaker}. */
interface Policy {

    long REFUSED = -1;

    /**
     * @param remainingNanos how long the answer is still wanted
     * @return a permit, at least 0; or less if the call is not to be made
     */
    long enter(long remainingNanos);

    /** Told exactly once for each call that was admitted. */
    void leave(long permit, Outcome outcome, long remainingAtEntryNanos);

    /** How often it was seen to open. */
    default int opens() {
        return 0;
    }

    /** What it is doing, for a picture. */
    default Trace trace() {
        return Trace.NONE;
    }

    /**
     * @param limit of calls in flight; NaN if there is none
     * @param isOpen no call is made
     */
    record Trace(double limit, boolean isOpen) {
        static final Trace NONE = new Trace(Double.NaN, false);
    }

    /** Admits everything. */
    final class None implements Policy {
        @Override
        public long enter(long remainingNanos) {
            return 0;
        }

        @Override
        public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {}
    }

    /** Admits nothing; a control. */
    final class Nothing implements Policy {
        @Override
        public long enter(long remainingNanos) {
            return REFUSED;
        }

        @Override
        public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {}
    }
}
