package io.meridian.observability;

/** Something that a service refuses while it goes on with the rest; a bean of this type is published as {@link BreakerMeter#DEGRADED}. */
public interface DegradedPath {

    /** What is refused, as one word. */
    String name();

    /** Whether it is refused at the moment; asked at every scrape. */
    boolean isDegraded();
}
