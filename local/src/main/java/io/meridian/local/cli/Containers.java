package io.meridian.local.cli;

import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same platform in containers, by the repository's {@code docker-compose.yml}; this class only drives compose. */
final class Containers {

    private static final List<List<String>> COMPOSE = List.of(List.of("docker", "compose"), List.of("docker-compose"));

    private final Path root;
    private final List<String> compose;

    private Containers(Path root, List<String> compose) {
        this.root = root;
        this.compose = compose;
    }

    /** @throws PlatformFailure if there is no engine or no compose, with how to get them */
    static Containers find(Path root) {
        if (!answers(List.of("docker", "info"))) {
            throw new PlatformFailure(
                    Kind.MISSING,
                    "No container engine answers (`docker info` failed). Install and start Docker or Podman's docker"
                            + " command, or go without: ./meridian up needs none.");
        }
        return composeCommand()
                .map(it -> new Containers(root, it))
                .orElseThrow(() -> new PlatformFailure(
                        Kind.MISSING,
                        "The container engine is there, but neither `docker compose` nor `docker-compose` is. Install"
                                + " Docker's compose plug-in, or go without: ./meridian up needs none."));
    }

    /** The compose command that would be used, if an engine answers. */
    static Optional<String> compose() {
        return answers(List.of("docker", "info")) ? composeCommand().map(it -> String.join(" ", it)) : Optional.empty();
    }

    /** Builds the images that are missing and waits until all containers are started; compose itself shows the progress. */
    void up() {
        run("up", "-d", "--build");
    }

    void down(boolean forget) {
        if (forget) {
            run("down", "--volumes");
        } else {
            run("down");
        }
    }

    int status(boolean json) {
        return json ? exitCode(command("ps", "--format", "json")) : exitCode(command("ps"));
    }

    private void run(String... arguments) {
        var command = command(arguments);
        var exit = exitCode(command);
        if (exit != 0) {
            throw new PlatformFailure(
                    Kind.FAILED, "`" + String.join(" ", command) + "` failed with exit code " + exit + "; see above.");
        }
    }

    private List<String> command(String... arguments) {
        var command = new ArrayList<>(compose);
        command.addAll(List.of("-f", root.resolve("docker-compose.yml").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Optional<List<String>> composeCommand() {
        return COMPOSE.stream()
                .filter(it -> {
                    var version = new ArrayList<>(it);
                    version.add("version");
                    return answers(version);
                })
                .findFirst();
    }

    private static boolean answers(List<String> command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false; // there is no such command
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int exitCode(List<String> command) {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot run `" + String.join(" ", command) + "`.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted while compose was running.", e);
        }
    }
}
