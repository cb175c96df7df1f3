package io.meridian.local.platform;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a component is right now.
 *
 * @param pid empty if it does not run
 * @param residentBytes of the process and its descendants; empty if it does not run or the system does not tell
 */
public record ComponentStatus(
        Component component,
        Health health,
        Optional<Long> pid,
        Optional<Instant> since,
        OptionalLong residentBytes,
        List<Integer> ports) {

    /** What can be seen from outside. */
    public enum Health {
        READY,
        /** It runs and does not answer, or answers that it is not ready. */
        NOT_READY,
        DOWN
    }
}
