package io.meridian.breaker;

/** Why a call was not made. */
public enum Rejection {

    /** The dependency is down, or its operator closed the way; or it is being probed by others at the moment. */
    OPEN,

    /** As many calls are in flight as it can answer in good time. */
    LIMIT,

    /** Its answer would hardly come before the deadline. */
    DEADLINE,

    /** It fails many of its calls: this one is among those spared it. */
    THROTTLE;

    private static final Rejection[] ALL = values();

    /**
     * The reason of a refusal.
     *
     * @param refusedPermit what {@link Breaker#enter} returned
     * @throws IllegalArgumentException if that was a permit
     */
    public static Rejection of(long refusedPermit) {
        if (refusedPermit >= 0 || refusedPermit < -ALL.length) {
            throw new IllegalArgumentException("a refusal is from -" + ALL.length + " to -1, was " + refusedPermit);
        }
        return ALL[(int) (-1 - refusedPermit)];
    }

    /** What {@link Breaker#enter} returns for it. */
    public long permit() {
        return -1L - ordinal();
    }
}
