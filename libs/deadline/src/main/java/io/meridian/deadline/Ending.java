package io.meridian.deadline;

/** Why an answer is not wanted any more. */
public enum Ending {

    /** Its deadline passed. */
    EXPIRED,

    /** Whoever asked is gone. */
    CALLER_GONE
}
