package io.meridian.outbox;

/** What became of a record that was received. Every record ends in one of these, or is given back unhandled when its partition goes. */
public enum Outcome {
    /** Its effect was committed, for the first and only time. */
    APPLIED,
    /** It had been applied before; its effect was left out. */
    DUPLICATE,
    /** A newer event about the same aggregate had been applied before; its effect was left out. */
    STALE,
    /** Nobody could handle it: it is in the dead-letter topic, with the reason in a header. */
    PARKED
}
