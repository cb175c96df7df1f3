package io.meridian.local.cli;

import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes: which platform is meant, and who reads the answer. */
final class HomeOptions {

    private final Terminal terminal;
    private final Map<String, String> environment;

    @Option(names = "--home")
    private @Nullable Path home;

    @Option(names = "--json")
    private boolean json;

    HomeOptions(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean json() {
        return json;
    }

    /** The repository. */
    Path root() {
        return Path.of(environment.getOrDefault("MERIDIAN_ROOT", "")).toAbsolutePath();
    }

    Path home() {
        if (home != null) {
            return home.toAbsolutePath();
        }
        var named = environment.getOrDefault("MERIDIAN_HOME", "");
        return named.isEmpty() ? root().resolve(".meridian") : Path.of(named).toAbsolutePath();
    }

    Platform platform() {
        return platform(OptionalInt.empty());
    }

    Platform platform(OptionalInt portOffset) {
        return Platform.at(
                PlatformSettings.lasting(root(), home(), portOffset),
                warning -> terminal.say("  " + terminal.dot() + " " + warning));
    }

    /** How the person addresses the same platform in the next command. */
    String suffix() {
        if (home == null) {
            return "";
        }
        var path = home.toString();
        return " --home " + (path.contains(" ") ? "'" + path + "'" : path);
    }

    /** A variable of the environment, if it says anything. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(it -> !it.isEmpty());
    }

    /** How long the script built before this program began. */
    long buildSeconds() {
        return Long.parseLong(environment.getOrDefault("MERIDIAN_BUILD_SECONDS", "0"));
    }
}
