package io.meridian.observability;

import java.time.Duration;

/** What a service has begun and not brought to its end, and of that, what takes too long; published as {@link SagaMeter}. */
public interface UnfinishedWork {

    /** What it is, as one word in the plural, such as {@code orders}. */
    String name();

    Figures figures();

    /**
     * How much there is.
     *
     * @param unfinished all of it
     * @param stuck what is older than it ever should be; a person has to look
     * @param oldest the age of the oldest; zero if nothing is unfinished
     */
    record Figures(long unfinished, long stuck, Duration oldest) {

        public static final Figures NONE = new Figures(0, 0, Duration.ZERO);
    }
}
