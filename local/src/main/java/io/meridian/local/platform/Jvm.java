package io.meridian.local.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the services' JVMs are run on one machine: small and quick to start rather than fast after minutes. On two cores all
 * processes together take 19 s of processor time until the first order with start-up caches and 27 s without;
 * {@code ./meridian load} measures what the small compiler means later.
 */
final class Jvm {

    /** Of the cache recorded in training and of the start that uses it alike: a cache fits the settings it was made with. */
    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms24m",
            "-Xss512k",
            "-XX:MaxMetaspaceSize=192m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:MaxDirectMemorySize=48m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /** The environment variable with options for the services' JVMs, such as {@code -XX:TieredStopAtLevel=4} for the full compiler. */
    static final String OPTIONS = "MERIDIAN_JAVA_OPTIONS";

    private Jvm() {}

    /** The JDK 25 that runs this very program. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** @param options a person's own, split at blanks; they come last, so they win */
    static List<String> run(Layout layout, Home home, String options) {
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(COMMON);
        command.add(heap(layout.service()));
        if (!options.isBlank()) {
            command.addAll(List.of(options.strip().split("\\s+")));
        } else if (layout.isTrained()) {
            command.add("-XX:AOTCache=" + layout.aotCache());
        }
        command.add(marker(layout.service(), home));
        command.addAll(List.of("-jar", layout.jar().toString()));
        return List.copyOf(command);
    }

    /** The same program as a job; without the mark of the service, for which it must not be taken. */
    static List<String> job(Layout layout) {
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(COMMON);
        command.add(heap(layout.service()));
        if (layout.isTrained()) {
            command.add("-XX:AOTCache=" + layout.aotCache());
        }
        command.addAll(List.of("-jar", layout.jar().toString()));
        return List.copyOf(command);
    }

    /** Each open connection takes the gateway some 10 KB, and ten thousand that idle must not cost the others their answers. */
    private static String heap(Component service) {
        return service == Component.GATEWAY ? "-Xmx256m" : "-Xmx128m";
    }

    /** Starts the application up to the point where it would open its doors, and records what was loaded on the way. */
    static List<String> train(Layout layout, Path output) {
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(COMMON);
        command.add(heap(layout.service()));
        command.add("-XX:AOTCacheOutput=" + output);
        command.add("-Dspring.context.exit=onRefresh");
        command.addAll(List.of("-jar", layout.jar().toString()));
        return List.copyOf(command);
    }

    /** Whether this process was started by {@link #run} for this service of this home. */
    static boolean isOf(ProcessHandle process, Component service, Home home) {
        return process.info().commandLine().orElse("").contains(marker(service, home) + " ");
    }

    /** Says on the command line whose process this is, so that it is found again even if all files about it are lost. */
    private static String marker(Component service, Home home) {
        return "-Dmeridian.process=" + service.id() + "@" + home.directory();
    }
}
