package io.meridian.local.cli;

import io.meridian.local.parts.Ports;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at everything the platform needs of this machine, and changes nothing. */
final class Checkup {

    private static final long NEEDED_MEMORY_BYTES = 2_000_000_000;
    private static final long NEEDED_DISK_BYTES = 1_000_000_000;
    private static final Version NEEDED_MAVEN = Version.parse("3.8.7");
    private static final Pattern MAVEN_VERSION = Pattern.compile("Apache Maven (\\d+(\\.\\d+)*)");

    private final Platform platform;
    private final Map<String, String> environment;

    Checkup(Platform platform, Map<String, String> environment) {
        this.platform = platform;
        this.environment = environment;
    }

    /** Whether something is as it must be. */
    enum Verdict {
        GOOD,
        /** The platform runs without it. */
        OPTIONAL,
        MISSING
    }

    /** @param advice what to do about it; empty if nothing needs doing */
    record Finding(String subject, Verdict verdict, String found, String advice) {

        static Finding good(String subject, String found) {
            return new Finding(subject, Verdict.GOOD, found, "");
        }

        static Finding missing(String subject, String found, String advice) {
            return new Finding(subject, Verdict.MISSING, found, advice);
        }
    }

    List<Finding> findings() {
        return Stream.of(List.of(jdk(), maven(), memory(), disk()), ports(), List.of(containers()))
                .flatMap(List::stream)
                .toList();
    }

    /** The script has found one, or this would not run. */
    private static Finding jdk() {
        return Finding.good("JDK", Runtime.version() + " in " + System.getProperty("java.home"));
    }

    private Finding maven() {
        var advice = "Install Maven 3.8.7 or newer: apt-get install maven, brew install maven, or sdk install maven.";
        var maven = environment.getOrDefault("MERIDIAN_MVN", "mvn");
        var version = MAVEN_VERSION.matcher(output(List.of(maven, "-version")));
        if (!version.find()) {
            return Finding.missing("Maven", "not found", advice);
        }
        return Version.parse(version.group(1)).compareTo(NEEDED_MAVEN) < 0
                ? Finding.missing("Maven", version.group(1) + " is too old", advice)
                : Finding.good("Maven", version.group(1));
    }

    private Finding memory() {
        var available = availableMemory();
        var found = Figures.bytes(available) + " available";
        if (platform.runs() || available.isEmpty() || available.getAsLong() >= NEEDED_MEMORY_BYTES) {
            return Finding.good("memory", found);
        }
        return Finding.missing("memory", found, "The platform takes 1.4 GB; close something until 2 GB are available.");
    }

    private Finding disk() {
        var home = platform.home().directory();
        try {
            var existing = existing(home);
            var free = Files.getFileStore(existing).getUsableSpace();
            var found = Figures.bytes(OptionalLong.of(free)) + " free for " + home;
            if (!Files.isWritable(existing)) {
                return Finding.missing("disk", "no right to write to " + home, "Choose another place: --home DIR.");
            }
            return free >= NEEDED_DISK_BYTES
                    ? Finding.good("disk", found)
                    : Finding.missing("disk", found, "Free 1 GB, or choose another place: --home DIR.");
        } catch (IOException e) {
            return Finding.missing("disk", "cannot look at " + home + ": " + e.getMessage(), "Choose another: --home DIR.");
        }
    }

    private List<Finding> ports() {
        var findings = new ArrayList<Finding>();
        for (var component : Component.values()) {
            if (platform.process(component).isPresent()) {
                continue;
            }
            for (var port : platform.addresses().all(component)) {
                if (Ports.isTaken(port)) {
                    var taker = Ports.occupant(port)
                            .map(it -> "process " + it.pid() + " (" + it.command() + ")")
                            .orElse("a process this user may not see");
                    findings.add(Finding.missing(
                            "port",
                            port + " for " + component.title() + " is taken by " + taker,
                            "Stop it, or shift all ports: ./meridian up --port-offset 1000"));
                }
            }
        }
        return findings.isEmpty() ? List.of(Finding.good("ports", "all free, or taken by this platform")) : findings;
    }

    private static Finding containers() {
        return Containers.compose()
                .map(it -> Finding.good("engine", "`" + it + "` for ./meridian up --docker"))
                .orElseGet(() -> new Finding(
                        "engine",
                        Verdict.OPTIONAL,
                        "no container engine with compose",
                        "Only ./meridian up --docker needs one: install Docker with its compose plug-in."));
    }

    private static Path existing(Path path) {
        var existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** What new programs can get without swapping; empty if the system does not tell. */
    private static OptionalLong availableMemory() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(it -> it.startsWith("MemAvailable:"))
                    .mapToLong(it -> Long.parseLong(it.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    private static String output(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException _) {
            return ""; // there is no such command
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
