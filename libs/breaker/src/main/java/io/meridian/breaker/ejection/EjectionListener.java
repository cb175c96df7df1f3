package io.meridian.breaker.ejection;

import java.time.Duration;

/** Is told which instances are left alone. Called on the threads that make the calls: it must be quick. What it throws breaks nothing. */
public interface EjectionListener {

    /** Nobody listens. */
    EjectionListener NONE = new EjectionListener() {};

    /**
     * An instance is asked no more.
     *
     * @param why a sentence for people, with the figures that led to it
     * @param forNow until a single request looks after it
     */
    default void ejected(String dependency, String instance, String why, Duration forNow) {}

    /**
     * An instance takes its share again.
     *
     * @param why a sentence for people
     */
    default void returned(String dependency, String instance, String why) {}
}
