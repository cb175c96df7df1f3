package io.meridian.local.parts;

import java.nio.file.Path;

/**
 * Where a part lives.
 *
 * @param directory its own, created if absent
 * @param port on 127.0.0.1
 * @param cache where binaries are unpacked once, shared by all who run on this machine
 */
public record PartSettings(Path directory, int port, Path cache, Lifetime lifetime) {

    public PartSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be in 1..65535, was " + port);
        }
        directory = directory.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
    }
}
