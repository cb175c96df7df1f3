package io.meridian.deadline;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The ways to neighbours that are met by name, such as the hosts of URLs: each has its {@link Hop}, made when it is first asked for.
 *
 * <p>Their number is bounded, because their names are those of metrics: after {@value #MOST} of them, new ones share {@value #OTHERS}.
 * Safe for use by many threads.
 */
public final class Hops {

    /** The most neighbours that are told apart. */
    public static final int MOST = 100;

    /** The hop of all that came after. */
    public static final String OTHERS = "others";

    private final ConcurrentMap<String, Hop> hops = new ConcurrentHashMap<>();
    private final Function<String, Hop> making;

    public Hops(Function<String, Hop> making) {
        this.making = making;
    }

    /** The way to the neighbour of this name. */
    public Hop to(String name) {
        var known = hops.get(name);
        if (known != null) {
            return known;
        }
        return hops.computeIfAbsent(hops.size() < MOST ? name : OTHERS, making);
    }
}
