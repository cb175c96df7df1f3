package io.meridian.local.parts;

/** What becomes of a process when the JVM that started it ends. */
public enum Lifetime {
    /** It stays: it has its own session and is found again by its PID file. */
    ITS_OWN,

    /** It ends too, whether the JVM exits or is killed. */
    ITS_PARENTS
}
