package io.meridian.local.platform;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a home remembers about its platform. Which processes are its own is not here: their PID files know, see
 * {@link io.meridian.local.parts.OwnedProcess}.
 *
 * @param portOffset what all ports are shifted by
 * @param builds what each service was last started from, see {@link Layout#build()}
 */
public record State(Mode mode, int portOffset, Map<Component, String> builds) {

    /** How the platform runs. */
    public enum Mode {
        PROCESSES,
        CONTAINERS
    }

    public State {
        builds = Map.copyOf(builds);
    }

    static State empty() {
        return new State(Mode.PROCESSES, 0, Map.of());
    }

    public Addresses addresses() {
        return new Addresses(portOffset);
    }

    State with(Mode newMode, int newPortOffset) {
        return new State(newMode, newPortOffset, builds);
    }

    State with(Component service, String build) {
        var changed = new EnumMap<Component, String>(Component.class);
        changed.putAll(builds);
        changed.put(service, build);
        return new State(mode, portOffset, changed);
    }
}
