package io.meridian.breaker.ejection;

/** What became of the calls of the last seconds. */
record Evidence(long succeeded, long failed) {

    static final Evidence NONE = new Evidence(0, 0);

    long calls() {
        return succeeded + failed;
    }

    double share() {
        return calls() == 0 ? 1 : (double) succeeded / calls();
    }

    /** What came after {@code before}; the counters of many threads are read one by one, so not below zero. */
    Evidence since(Evidence before) {
        return new Evidence(Math.max(0, succeeded - before.succeeded), Math.max(0, failed - before.failed));
    }

    Evidence plus(Evidence other) {
        return new Evidence(succeeded + other.succeeded, failed + other.failed);
    }
}
