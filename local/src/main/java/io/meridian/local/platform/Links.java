package io.meridian.local.platform;

import io.meridian.local.parts.Kafka;
import java.util.List;
import java.util.Map;

/**
 * The ways between the processes of a platform where they are not the straight ones, because something stands between that delays or cuts
 * them.
 *
 * @param environments what a service is told beyond, and instead of, what all are told; by service
 * @param kafkaDoors where Kafka listens besides its own port: whoever comes in by a door is sent on to what stands before that door
 */
public record Links(Map<Component, Map<String, String>> environments, List<Kafka.Door> kafkaDoors) {

    /** Everybody is reached where it listens. */
    public static final Links STRAIGHT = new Links(Map.of(), List.of());

    public Links {
        environments = Map.copyOf(environments);
        kafkaDoors = List.copyOf(kafkaDoors);
    }

    Map<String, String> of(Component service) {
        return environments.getOrDefault(service, Map.of());
    }
}
