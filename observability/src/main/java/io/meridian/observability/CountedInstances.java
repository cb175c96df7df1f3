package io.meridian.observability;

import java.util.List;

/**
 * The instances of the dependencies that a service chooses among; a bean of this type is published as {@link InstanceMeter}.
 *
 * <p>Which instances there are, and in what order, is settled at the start; reading them costs little.
 */
@FunctionalInterface
public interface CountedInstances {

    List<Instance> instances();

    /**
     * @param dependency the service, such as {@code order}
     * @param address of one that answers for it
     * @param out whether it is left alone at the moment
     * @param ejections how often it began to be, a number that only grows
     */
    record Instance(String dependency, String address, boolean out, long ejections) {}
}
