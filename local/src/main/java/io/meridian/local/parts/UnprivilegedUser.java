package io.meridian.local.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How PostgreSQL, which refuses to run as root, is started by root.
 *
 * <p>First choice is a user namespace in which root is nobody in particular: files stay root's own. Where the kernel forbids that (as
 * the default profile of container engines does) the user {@code nobody} does it and owns the data.
 */
final class UnprivilegedUser {

    private static final List<String> NAMESPACE = List.of("unshare", "--user");
    private static final List<String> NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final List<String> prefix;

    private UnprivilegedUser(List<String> prefix) {
        this.prefix = prefix;
    }

    /**
     * Whoever may run PostgreSQL here.
     *
     * @param paths what the user must be able to use; given to {@code nobody} if it comes to that
     */
    static UnprivilegedUser of(List<Path> paths) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new UnprivilegedUser(List.of());
        }
        if (works(NAMESPACE)) {
            return new UnprivilegedUser(NAMESPACE);
        }
        if (works(NOBODY)) {
            paths.forEach(UnprivilegedUser::giveToNobody);
            return new UnprivilegedUser(NOBODY);
        }
        throw new PartException("PostgreSQL does not run as root, and neither user namespaces (unshare --user) nor setpriv work here."
                + " Run as another user, or run the platform in containers.");
    }

    List<String> command(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    private static boolean works(List<String> prefix) {
        var command = Stream.concat(prefix.stream(), Stream.of("true")).toList();
        return Processes.run(command, Path.of("/"), BOUND).isSuccess();
    }

    private static void giveToNobody(Path path) {
        try (var all = Files.walk(path)) {
            for (var each : all.toList()) {
                Files.setAttribute(each, "unix:uid", 65534);
                Files.setAttribute(each, "unix:gid", 65534);
            }
        } catch (IOException e) {
            throw new PartException("Cannot give " + path + " to the user nobody: " + e, e);
        }
    }
}
