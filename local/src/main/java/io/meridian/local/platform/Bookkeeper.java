package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the order service's program as the job that compares the books (profile {@code reconcile}), as a process of its own beside the
 * services, and waits for its end.
 */
final class Bookkeeper {

    /** What the JVM takes to start and to end on a busy machine, and one page of each. */
    private static final Duration AROUND = Duration.ofSeconds(60);

    private static final int CLEAN = 0;
    private static final int DIFFERENCES = 1;
    private static final int LAST_LINES = 10;

    private final Layout layout;
    private final Home home;
    private final Map<String, String> environment;

    /** @param environment as the order service is given it */
    Bookkeeper(Layout layout, Home home, Map<String, String> environment) {
        this.layout = layout;
        this.home = home;
        this.environment = environment;
    }

    /**
     * Compares all there is, also what is on its way.
     *
     * @param patience how long differences that may pass are looked at again
     * @throws PlatformFailure if the job could not look, with what it said
     */
    Reconciliation compare(Duration patience) {
        var begin = System.nanoTime();
        var report = home.directory().resolve("run").resolve("reconcile." + ProcessHandle.current().pid() + ".json");
        var output = home.logs().resolve("reconcile.log");
        try {
            Files.deleteIfExists(report);
            var process = start(patience, report, output);
            try {
                if (!process.waitFor(patience.plus(AROUND).toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new PlatformFailure(Kind.FAILED, "The reconciliation did not end; see " + output + ".");
                }
                return read(process.exitValue(), report, output, Duration.ofNanos(System.nanoTime() - begin));
            } finally {
                process.destroyForcibly();
                Files.deleteIfExists(report);
            }
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot run the reconciliation (" + Faults.reason(e) + ").", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted during the reconciliation.", e);
        }
    }

    private Process start(Duration patience, Path report, Path output) throws IOException {
        var job = new HashMap<>(environment);
        job.put("SPRING_PROFILES_ACTIVE", "reconcile");
        job.put("MERIDIAN_RECONCILE_SINCE", "0s");
        job.put("MERIDIAN_RECONCILE_GRACE", "0s");
        job.put("MERIDIAN_RECONCILE_PATIENCE", patience.toMillis() + "ms");
        job.put("MERIDIAN_RECONCILE_REPORT", report.toString());
        var builder = new ProcessBuilder(Jvm.job(layout))
                .directory(home.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(job);
        return builder.start();
    }

    private static Reconciliation read(int exit, Path report, Path output, Duration took) throws IOException {
        var told = Files.exists(report) ? JsonMapper.shared().readTree(Files.readString(report)) : null;
        if (told == null || (exit != CLEAN && exit != DIFFERENCES)) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "The reconciliation could not look" + (told == null ? "" : ": " + told.path("why").asString(""))
                            + ". The end of " + output + ":",
                    lastLines(output));
        }
        return reconciliation(told, took);
    }

    private static Reconciliation reconciliation(JsonNode told, Duration took) {
        try {
            var differences = told.path("differences").valueStream()
                    .map(it -> new Reconciliation.Difference(
                            it.path("kind").asString(), it.path("orderId").asString(), it.path("found").asString()))
                    .toList();
            return new Reconciliation(
                    told.path("orders").asLong(),
                    told.path("payments").asLong(),
                    told.path("holds").asLong(),
                    differences,
                    told.path("more").asBoolean(),
                    took);
        } catch (JacksonException e) {
            throw new PlatformFailure(Kind.FAILED, "The reconciliation's report cannot be read.", e);
        }
    }

    private static List<String> lastLines(Path output) throws IOException {
        var lines = Files.readAllLines(output);
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }
}
