package io.meridian.breaker.ejection;

/** Whether an instance takes part. Each object is one spell: what was asked in an earlier one says nothing about this. */
sealed interface Health {

    /** How often in succession it was out, so that one which flaps stays out longer each time. */
    int times();

    /** It takes its share. Identity matters, so this is no record. */
    final class In implements Health {

        private final int times;
        private final long sinceNanos;

        In(int times, long sinceNanos) {
            this.times = times;
            this.sinceNanos = sinceNanos;
        }

        @Override
        public int times() {
            return times;
        }

        long sinceNanos() {
            return sinceNanos;
        }
    }

    /**
     * It is left alone.
     *
     * @param untilNanos when a request may look after it
     * @param asked how many requests there had been when it began
     * @param good how many requests that looked after it went well, in a row
     */
    record Out(int times, long sinceNanos, long untilNanos, long asked, int good, String why) implements Health {

        boolean mayBeProbed(long nowNanos, long askedNow, long patienceNanos, EjectionSettings settings) {
            return nowNanos - untilNanos >= 0
                    && (good > 0
                            || askedNow - asked >= settings.requestsPerProbe()
                            || nowNanos - untilNanos >= patienceNanos);
        }
    }

    /** One request looks after it. */
    record Probed(Out out, long sinceNanos) implements Health {

        @Override
        public int times() {
            return out.times();
        }
    }
}
