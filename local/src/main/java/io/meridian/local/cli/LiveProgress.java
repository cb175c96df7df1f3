package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.Progress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One line for each component as it is done, and below them, for a person who watches, what is being waited for. */
final class LiveProgress implements Progress, AutoCloseable {

    private static final Duration REFRESH = Duration.ofMillis(200);

    private final Terminal terminal;
    private final long begin = System.nanoTime();
    private final Set<Component> busy = EnumSet.noneOf(Component.class);
    private final @Nullable Thread ticker;

    LiveProgress(Terminal terminal) {
        this.terminal = terminal;
        this.ticker = terminal.isLive() ? Thread.ofVirtual().start(this::tick) : null;
    }

    @Override
    public synchronized void begins(Component component) {
        busy.add(component);
    }

    @Override
    public synchronized void done(Component component, Outcome outcome, Duration took) {
        busy.remove(component);
        terminal.say("  %s %-18s %7s  %s"
                .formatted(terminal.tick(), component.title(), Figures.seconds(took), terminal.dim(text(outcome)))
                .stripTrailing());
    }

    @Override
    public void note(String sentence) {
        terminal.say("  " + terminal.dot() + " " + sentence);
    }

    @Override
    public synchronized void interrupted() {
        busy.clear();
        terminal.sayForNow("");
        terminal.say("  " + terminal.dot() + " Interrupted: stopping what this run has started.");
    }

    @Override
    public void close() {
        if (ticker != null) {
            ticker.interrupt();
        }
        terminal.sayForNow("");
    }

    private static String text(Outcome outcome) {
        return switch (outcome) {
            case STARTED -> "";
            case RAN_ALREADY -> "ran already";
            case FOUND_AGAIN -> "of an earlier run, used on";
            case STOPPED -> "stopped";
        };
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(REFRESH);
                show();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private synchronized void show() {
        if (!busy.isEmpty() && !Thread.currentThread().isInterrupted()) {
            var waiting = busy.stream().map(Component::title).collect(Collectors.joining(", "));
            var elapsed = Figures.seconds(Duration.ofNanos(System.nanoTime() - begin));
            terminal.sayForNow(terminal.dim("    %8s  %.60s ...".formatted(elapsed, waiting)));
        }
    }
}
