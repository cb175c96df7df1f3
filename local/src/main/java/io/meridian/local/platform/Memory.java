package io.meridian.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The resident memory of a process and its descendants, in bytes. A page that several processes share is counted in parts
 * (Linux: proportional set size), else PostgreSQL's shared buffers would count once for every connection; where the system does
 * not tell that, the plain resident size is summed.
 */
final class Memory {

    private Memory() {}

    /** Empty if the system does not tell. */
    static OptionalLong resident(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(it -> ofOne(it.pid()))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .reduce(Long::sum);
    }

    private static OptionalLong ofOne(long pid) {
        var proc = Path.of("/proc", Long.toString(pid));
        if (!Files.isDirectory(proc)) {
            return fromPs(pid);
        }
        var proportional = field(proc.resolve("smaps_rollup"), "Pss:");
        return proportional.isPresent() ? proportional : field(proc.resolve("status"), "VmRSS:");
    }

    private static OptionalLong field(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(it -> it.startsWith(name))
                    .mapToLong(it -> kilobytes(it.substring(name.length())))
                    .findFirst();
        } catch (IOException | java.io.UncheckedIOException _) {
            return OptionalLong.empty(); // it ended while we looked, or belongs to somebody else
        }
    }

    private static long kilobytes(String text) {
        return Long.parseLong(text.replace("kB", "").strip()) * 1024;
    }

    private static OptionalLong fromPs(long pid) {
        try {
            var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid))
                    .redirectErrorStream(true)
                    .start();
            var text = new String(ps.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).strip();
            return ps.waitFor(5, TimeUnit.SECONDS) && ps.exitValue() == 0 && !text.isEmpty()
                    ? OptionalLong.of(kilobytes(text))
                    : OptionalLong.empty();
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }
}
