package io.meridian.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processor time a process and its living descendants have used, and on Linux also that of the children they have waited
 * for: PostgreSQL works in children that come and go.
 */
final class CpuTime {

    /** {@code USER_HZ}, which Linux fixes for what it shows in {@code /proc}. */
    private static final long TICKS_PER_SECOND = 100;

    private CpuTime() {}

    static Duration of(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(CpuTime::ofOne)
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration ofOne(ProcessHandle process) {
        return fromProc(process.pid())
                .or(() -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /** Fields 14 to 17 of {@code stat}, see proc(5): user and system time, own and of children waited for. */
    private static Optional<Duration> fromProc(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            var ticks = 0L;
            for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return Optional.of(Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND));
        } catch (IOException | RuntimeException _) {
            return Optional.empty(); // no Linux, or it ended while we looked
        }
    }
}
