package io.meridian.observability;

/** A door that answers a repeated request as the first one was answered, and counts how often; published as {@link ReplayMeter}. */
public interface CountedReplays {

    /** What is asked for there, as one word in the plural. */
    String name();

    /** How many requests were answered again; only grows. */
    long replays();
}
