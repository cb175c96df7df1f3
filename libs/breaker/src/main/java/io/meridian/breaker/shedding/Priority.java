package io.meridian.breaker.shedding;

import java.util.Locale;
import java.util.Optional;

/** How bad it would be not to serve a call; the most important first. The levels of Google's <cite>SRE</cite> book, chapter 21. */
public enum Priority {

    /** Captures, gives back or undoes what was begun: refusing it makes a mess. Never lowered by a caller. */
    CRITICAL_PLUS,

    /** What the service is there for, such as placing an order. */
    CRITICAL,

    /** Reads: somebody looks, and may look again. */
    SHEDDABLE_PLUS,

    /** Nobody would miss it today. */
    SHEDDABLE;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As it is written in headers and settings, such as {@code sheddable-plus}. */
    public String word() {
        return word;
    }

    /** The level of that word, in any case; empty if it is none. */
    public static Optional<Priority> of(String word) {
        for (var level : values()) {
            if (level.word.equalsIgnoreCase(word)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** The less important of the two, if this may be lowered at all: a wish to be more important than one is, is not heard. */
    public Priority loweredTo(Priority wish) {
        return this == CRITICAL_PLUS || wish.compareTo(this) < 0 ? this : wish;
    }
}
