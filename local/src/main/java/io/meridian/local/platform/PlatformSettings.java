package io.meridian.local.platform;

import io.meridian.local.parts.Lifetime;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What distinguishes one platform from another on the same machine.
 *
 * @param root the repository
 * @param home where the platform keeps its data, logs and state
 * @param portOffset what to shift all ports by; empty means as the home remembers, which is 0 for a new one
 * @param environment added to every service's environment
 * @param lifetime whether the processes outlive this JVM
 * @param training whether to record start-up caches in the background; see {@link Training}
 * @param links how the processes reach each other
 */
public record PlatformSettings(
        Path root,
        Home home,
        OptionalInt portOffset,
        Map<String, String> environment,
        Lifetime lifetime,
        boolean training,
        Links links) {

    public PlatformSettings {
        root = root.toAbsolutePath().normalize();
        environment = Map.copyOf(environment);
        portOffset.ifPresent(Addresses::new); // refuses one that does not fit
    }

    /** With nothing between the processes. */
    public PlatformSettings(
            Path root, Home home, OptionalInt portOffset, Map<String, String> environment, Lifetime lifetime, boolean training) {
        this(root, home, portOffset, environment, lifetime, training, Links.STRAIGHT);
    }

    /** As {@code ./meridian} runs it: processes that stay. */
    public static PlatformSettings lasting(Path root, Path home, OptionalInt portOffset) {
        return new PlatformSettings(root, new Home(home), portOffset, Map.of(), Lifetime.ITS_OWN, true);
    }

    /** As a test runs it: in a directory of its own, ending with the JVM that started it. */
    public static PlatformSettings passing(Path root, Path home, int portOffset, Map<String, String> environment) {
        return new PlatformSettings(
                root, new Home(home), OptionalInt.of(portOffset), environment, Lifetime.ITS_PARENTS, false);
    }

    /** The same platform whose processes reach each other by these links. */
    public PlatformSettings linked(Links other) {
        return new PlatformSettings(root, home, portOffset, environment, lifetime, training, other);
    }

    /** Layouts and binaries: derived from what was built, shared by all platforms of this repository. */
    Path cache() {
        return root.resolve(".meridian").resolve("cache");
    }
}
