package io.meridian.breaker.shedding;

/** Why a call was refused at the door. */
public enum Shed {

    /** As many wait as may, and none of them is less important. */
    FULL,

    /** It waited, and gave its place to one more important. */
    DISPLACED,

    /** It would begin so late that its answer would hardly be in time. */
    TOO_LATE,

    /** Its deadline passed before it could begin. */
    EXPIRED,

    /** It waited in a queue that does not drain (CoDel). */
    STALE,

    /** The overload has lasted, and so little importance is not let in while all places are taken (DAGOR). */
    THRESHOLD,

    /** Its caller left while it waited. Not an answer to anybody, and not counted as shed. */
    ABANDONED
}
