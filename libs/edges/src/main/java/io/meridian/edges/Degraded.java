package io.meridian.edges;

/**
 * How a service says that it works and refuses all the same, because something it needs for this does not: {@value #HEADER} on the refusal
 * names that. Reads may go on meanwhile. Whoever asked learns that another instance, or another attempt, would not help.
 */
public final class Degraded {

    public static final String HEADER = "x-degraded";

    private Degraded() {}
}
