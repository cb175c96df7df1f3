package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The directory in which one platform keeps what it is: {@code .meridian} unless told otherwise. */
public record Home(Path directory) {

    public Home {
        directory = directory.toAbsolutePath().normalize();
    }

    StateFile stateFile() {
        return new StateFile(directory.resolve("state.json"));
    }

    Path lockFile() {
        return directory.resolve("lock");
    }

    /** The directory of a part: data, log and PID file. */
    Path part(Component part) {
        return directory.resolve(part.id());
    }

    Path pidFile(Component service) {
        return directory.resolve("run").resolve(service.id() + ".pid");
    }

    /** Where a service's output goes. */
    public Path log(Component service) {
        return logs().resolve(service.id() + ".log");
    }

    /** The output of the training runs that make the next start faster. */
    public Path trainingLog() {
        return logs().resolve("training.log");
    }

    Path logs() {
        return directory.resolve("logs");
    }

    /**
     * Creates the directory if it is not there and proves that it can be written to.
     *
     * @throws PlatformFailure naming the directory if not
     */
    void prepare() {
        try {
            Files.createDirectories(logs());
            Files.createDirectories(directory.resolve("run"));
            Files.delete(Files.writeString(directory.resolve("writable"), "yes"));
        } catch (IOException e) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "Cannot write to " + directory + " (" + Faults.reason(e)
                            + "). Make it writable and free some space, or choose another place with --home DIR.",
                    e);
        }
    }

    static void deleteTree(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot delete " + tree + " (" + Faults.reason(e) + ").", e);
        }
    }
}
