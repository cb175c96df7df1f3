package io.meridian.system.nemesis;

import io.meridian.local.platform.Component;
import java.time.Duration;
import java.util.Set;

/**
 * One thing that goes wrong, once: it is injected, proves that it took, is healed, and proves that it healed. Used by one thread at a time.
 *
 * <p>Whether it took is seen from outside of what injected it: by the operating system, on the wire, in the database, in Kafka.
 */
public interface Fault {

    /** Unique among the faults, such as {@code kill order-service}. */
    String name();

    /** The processes that are not themselves while it lasts; two faults in company share none. */
    Set<Component> strikes();

    /** Whether it needs time to itself: it cannot be in company. */
    default boolean isAlone() {
        return false;
    }

    /** How long it must last to be what its name says; zero if any time will do. */
    default Duration lastsAtLeast() {
        return Duration.ZERO;
    }

    void inject() throws Exception;

    /**
     * What shows that it took, in a few words.
     *
     * @throws Unproven if nothing does
     */
    String proofThatItTook() throws Exception;

    /** Ends it; may be called again if it failed, or if it was healed. */
    void heal() throws Exception;

    /**
     * What shows that it is over, in a few words; asked again for a while, so it need not wait.
     *
     * @throws Unproven if nothing does yet
     */
    String proofThatItHealed() throws Exception;
}
