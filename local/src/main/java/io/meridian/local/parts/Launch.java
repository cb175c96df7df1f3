package io.meridian.local.parts;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start a process.
 *
 * @param environment added to what this process has
 * @param log receives standard output and error, appended
 */
public record Launch(
        List<String> command, Map<String, String> environment, Path workingDirectory, Path log, Lifetime lifetime) {

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
