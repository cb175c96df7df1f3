package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The logs of several components read as one, ordered by time; lines of the same time keep the order of their file. */
public final class LogBook {

    private static final Comparator<LogLine> BY_TIME = Comparator.comparing(LogLine::at);

    /** The end of a file that is looked at for its last lines: some thousand of them. */
    private static final int TAIL_BYTES = 1_000_000;

    /** Read at once while following; the rest comes with the next call. */
    private static final int MOST_BYTES = 16_000_000;

    private final Map<Component, Path> logs;

    public LogBook(Map<Component, Path> logs) {
        this.logs = new EnumMap<>(logs);
    }

    /** All lines that were written while this trace was being served, also from a log that was rotated. */
    public List<LogLine> ofTrace(String traceId) {
        var lines = new ArrayList<LogLine>();
        logs.forEach((component, log) -> {
            for (var file : List.of(log.resolveSibling(log.getFileName() + ".1"), log)) {
                lines.addAll(matching(component, file, traceId));
            }
        });
        lines.sort(BY_TIME);
        return lines;
    }

    /** The last {@code count} lines over all components. */
    public List<LogLine> last(int count) {
        var lines = new ArrayList<LogLine>();
        logs.forEach((component, log) -> lines.addAll(last(component, log, count)));
        lines.sort(BY_TIME);
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private static List<LogLine> last(Component component, Path log, int count) {
        var lines = since(component, log, 0);
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    /** The lines written after the first {@code from} bytes, or as many as the end of a large log holds; none without a log. */
    static List<LogLine> since(Component component, Path log, long from) {
        if (!Files.exists(log)) {
            return List.of();
        }
        try {
            var size = Files.size(log);
            var begin = Math.clamp(size - TAIL_BYTES, Math.min(from, size), size);
            return parse(component, new String(read(log, begin, size), StandardCharsets.UTF_8), begin > from);
        } catch (IOException e) {
            throw unreadable(log, e);
        }
    }

    /** Follows the logs from their present ends. */
    public Follower follow() {
        return new Follower();
    }

    /** Remembers how far each log has been read. */
    public final class Follower {

        private final Map<Component, Long> ends = new EnumMap<>(Component.class);

        private Follower() {
            logs.forEach((component, log) -> ends.put(component, size(log)));
        }

        /** The whole lines that were written since the last call. */
        public List<LogLine> next() {
            var lines = new ArrayList<LogLine>();
            logs.forEach((component, log) -> lines.addAll(next(component, log)));
            lines.sort(BY_TIME);
            return lines;
        }

        private List<LogLine> next(Component component, Path log) {
            var size = size(log);
            var known = ends.getOrDefault(component, 0L);
            var from = size < known ? 0 : known; // a shorter file is a new one: the old one was rotated
            if (size == from) {
                return List.of();
            }
            try {
                var bytes = read(log, from, size);
                var whole = bytes.length;
                while (whole > 0 && bytes[whole - 1] != '\n') {
                    whole--;
                }
                ends.put(component, from + whole);
                return parse(component, new String(bytes, 0, whole, StandardCharsets.UTF_8), false);
            } catch (IOException e) {
                throw unreadable(log, e);
            }
        }
    }

    private static List<LogLine> matching(Component component, Path file, String traceId) {
        if (!Files.exists(file)) {
            return List.of();
        }
        var lines = new ArrayList<LogLine>();
        try (var reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.contains(traceId)) {
                    var parsed = LogLine.parse(component, line, Instant.EPOCH);
                    if (parsed.traceId().filter(traceId::equals).isPresent()) {
                        lines.add(parsed);
                    }
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return lines;
    }

    private static List<LogLine> parse(Component component, String text, boolean cutAtTheBeginning) {
        var lines = new ArrayList<LogLine>();
        var before = Instant.EPOCH;
        for (var raw : text.lines().skip(cutAtTheBeginning ? 1 : 0).filter(it -> !it.isBlank()).toList()) {
            var line = LogLine.parse(component, raw, before);
            before = line.at();
            lines.add(line);
        }
        return lines;
    }

    private static byte[] read(Path log, long from, long to) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            var bytes = new byte[(int) Math.min(to - from, MOST_BYTES)];
            file.readFully(bytes);
            return bytes;
        }
    }

    /** Zero if there is no log. */
    static long size(Path log) {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw unreadable(log, e);
        }
    }

    private static PlatformFailure unreadable(Path log, IOException e) {
        return new PlatformFailure(Kind.FAILED, "Cannot read " + log + " (" + Faults.reason(e) + ").", e);
    }
}
