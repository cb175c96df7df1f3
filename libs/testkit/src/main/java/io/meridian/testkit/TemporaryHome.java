package io.meridian.testkit;

import io.meridian.local.parts.Part;
import io.meridian.local.parts.PartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * The directory of this JVM's parts. When the JVM ends the parts end first and the directory goes after them; what a killed JVM could
 * not delete, the next one does.
 */
final class TemporaryHome {

    private static final String PREFIX = "meridian-parts-";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-.*");

    private final Path path;
    private final List<Part> parts = new CopyOnWriteArrayList<>();

    private TemporaryHome(Path path) {
        this.path = path;
    }

    static TemporaryHome create() {
        try {
            var temporary = Path.of(System.getProperty("java.io.tmpdir"));
            deleteLeftovers(temporary);
            var pid = ProcessHandle.current().pid();
            var home = new TemporaryHome(Files.createTempDirectory(temporary, PREFIX + pid + "-"));
            Runtime.getRuntime().addShutdownHook(new Thread(home::end, "end the parts"));
            return home;
        } catch (IOException e) {
            throw new PartException("Cannot create a temporary directory for the parts: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    void endWithJvm(Part part) {
        parts.add(part);
    }

    private void end() {
        parts.forEach(TemporaryHome::kill);
        delete(path);
    }

    /** Best effort: each part has a shell that watches this JVM, also for the ends that run no hook. */
    private static void kill(Part part) {
        try {
            part.kill();
        } catch (PartException _) {
            return;
        }
    }

    private static void deleteLeftovers(Path temporary) throws IOException {
        try (var entries = Files.list(temporary)) {
            entries.filter(TemporaryHome::isLeftover).toList().forEach(TemporaryHome::delete);
        }
    }

    private static boolean isLeftover(Path path) {
        var name = NAME.matcher(path.getFileName().toString());
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    /** Best effort: another JVM may be deleting the same, or its user may be another. */
    private static void delete(Path directory) {
        try (var all = Files.walk(directory)) {
            for (var each : all.toList().reversed()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException _) {
            return;
        }
    }
}
