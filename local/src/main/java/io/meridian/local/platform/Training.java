package io.meridian.local.platform;

import io.meridian.local.parts.Launch;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.OwnedProcess;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Records, once for each build, what a service loads while it starts (JEP 514), so that its next start takes half the time.
 * Runs behind the platform at the lowest priority, one service after the other, against the platform's own database, and ends
 * before anything is served. A training that is cut short leaves nothing and is begun again by the next {@code up}.
 */
final class Training {

    private final Home home;
    private final OwnedProcess process;

    Training(Home home) {
        this.home = home;
        this.process = new OwnedProcess(home.directory().resolve("run").resolve("training.pid"));
    }

    boolean isRunning() {
        return process.find().isPresent();
    }

    /** Begins in the background unless it runs or there is nothing to do. */
    void begin(List<Layout> layouts, Map<String, String> environment, Lifetime lifetime) {
        var untrained = layouts.stream().filter(it -> !it.isTrained()).toList();
        if (untrained.isEmpty() || isRunning()) {
            return;
        }
        var script = untrained.stream().map(Training::record).collect(Collectors.joining("\n"));
        process.launch(new Launch(
                List.of("sh", "-c", script), environment, home.directory(), home.trainingLog(), lifetime));
    }

    void stop() {
        process.kill();
    }

    private static String record(Layout layout) {
        var cache = layout.aotCache();
        var unfinished = cache.resolveSibling(cache.getFileName() + ".unfinished");
        var command = Jvm.train(layout, unfinished).stream().map(Training::quoted).collect(Collectors.joining(" "));
        return "nice -n 19 " + command + "; test -s " + quoted(unfinished.toString()) + " && mv -f "
                + quoted(unfinished.toString()) + " " + quoted(cache.toString());
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
