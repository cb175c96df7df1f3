package io.meridian.edges;

/**
 * Knows whether the caller of the current request still waits. A failure after that is no fault of the service: the work was given up, and
 * is refused with {@link Problem#DEADLINE_EXCEEDED}. A bean of this type is asked on the thread that serves the request.
 */
@FunctionalInterface
public interface TimeIsUp {

    /** Whether nobody waits for the answer any more. */
    boolean now();
}
