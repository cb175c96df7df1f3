package io.meridian.order;

import io.meridian.deadline.DeadlineScope;
import io.meridian.order.reconciling.CannotLook;
import io.meridian.order.reconciling.Difference;
import io.meridian.order.reconciling.Reconcile;
import io.meridian.order.reconciling.Report;
import io.meridian.order.reconciling.Window;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * One comparison of the books, told to people line by line and to programs as JSON. Its exit code is the process's: {@value #CLEAN} if
 * nothing differs, {@value #DIFFERENCES} if something does, {@value #NO_LOOK} if one of the three could not be looked at.
 */
final class ReconcileRun implements ApplicationRunner, ExitCodeGenerator {

    static final int CLEAN = 0;
    static final int DIFFERENCES = 1;
    static final int NO_LOOK = 2;

    /** Far more than a window takes; a run that takes longer is of no use to the next. */
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final Reconcile reconcile;
    private final ReconcileSettings settings;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final PrintStream out;
    private int exitCode = NO_LOOK;

    ReconcileRun(
            Reconcile reconcile,
            ReconcileSettings settings,
            InstantSource clock,
            LongSupplier nanoClock,
            PrintStream out) {
        this.reconcile = reconcile;
        this.settings = settings;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.out = out;
    }

    @Override
    public void run(ApplicationArguments arguments) throws IOException {
        var now = clock.instant();
        var since = settings.since().isZero() ? null : now.minus(settings.since());
        var window = new Window(since, now.minus(settings.grace()));
        var begin = nanoClock.getAsLong();
        try {
            var report = DeadlineScope.detached("reconciling", LONGEST, () -> reconcile.compare(window));
            tell(report, Duration.ofNanos(nanoClock.getAsLong() - begin));
            exitCode = report.isClean() ? CLEAN : DIFFERENCES;
        } catch (CannotLook fault) {
            out.println("reconcile: could not look: " + fault.getMessage());
            write("{\"looked\":false,\"why\":" + JsonMapper.shared().writeValueAsString(fault.getMessage()) + "}");
        }
    }

    @Override
    public int getExitCode() {
        return exitCode;
    }

    private void tell(Report report, Duration took) throws IOException {
        for (var it : report.differences()) {
            out.println("reconcile: " + it.kind() + " " + it.order() + ": " + it.found());
        }
        out.printf(
                "reconcile: %d orders, %d payments and %d holds%s until %s compared in %d ms; %d younger ones not judged;"
                        + " %d differences had passed at a second look; %s%n",
                report.orders(),
                report.payments(),
                report.holds(),
                report.window().since() == null ? "" : " since " + report.window().since(),
                report.window().until(),
                took.toMillis(),
                report.tooYoung(),
                report.passed(),
                report.isClean()
                        ? "nothing differs"
                        : report.differences().size() + " differences" + (report.more() ? ", and maybe more" : ""));
        write(json(report, took));
    }

    private static String json(Report report, Duration took) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("looked", true);
        json.put("clean", report.isClean());
        var since = report.window().since();
        json.put("since", since == null ? null : since.toString());
        json.put("until", report.window().until().toString());
        json.put("orders", report.orders());
        json.put("payments", report.payments());
        json.put("holds", report.holds());
        json.put("tooYoung", report.tooYoung());
        json.put("passed", report.passed());
        json.put("more", report.more());
        json.put("tookMs", took.toMillis());
        var differences = json.putArray("differences");
        for (Difference it : report.differences()) {
            differences
                    .addObject()
                    .put("kind", it.kind().name())
                    .put("orderId", it.order().toString())
                    .put("found", it.found());
        }
        return json.toString();
    }

    /** A file is there whole or not at all. */
    private void write(String json) throws IOException {
        var file = settings.report();
        if (file == null) {
            out.println(json);
            return;
        }
        var target = file.toAbsolutePath();
        var beside = Path.of(target + ".new");
        Files.writeString(beside, json + "\n");
        Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }
}
