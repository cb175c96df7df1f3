package io.meridian.observability;

/** Something that others watch by streams; a bean of this type is published under {@link PropagationMeter#SUBSCRIBERS} and its neighbours. */
public interface CountedSubscribers {

    /** What is watched, as one word. */
    String name();

    /** How many watch now. */
    int subscribers();

    /** How many were ended because they took nothing for too long. */
    long slow();

    /** For how many there was no room. */
    long refused();
}
