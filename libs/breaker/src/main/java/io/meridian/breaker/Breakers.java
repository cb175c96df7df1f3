package io.meridian.breaker;

import java.util.Collection;

/** The breakers of a service, one for each dependency. */
public interface Breakers {

    /** The breaker of that name; made now if nobody asked for it before, and the same one ever after. */
    Breaker named(String name);

    /** All there are so far. */
    Collection<Breaker> all();
}
