package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.LogBook;
import io.meridian.local.platform.LogLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The logs of all services as one. */
@Command(name = "logs")
final class LogsCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    @Mixin
    private final HomeOptions options;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1")
    private @Nullable String component;

    @Option(names = {"-f", "--follow"})
    private boolean follow;

    @Option(names = "--trace")
    private @Nullable String trace;

    @Option(names = {"-n", "--lines"})
    private int lines = 100;

    LogsCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() throws InterruptedException {
        var logs = logs();
        var book = new LogBook(logs);
        var follower = book.follow();
        var found = trace == null ? book.last(lines) : book.ofTrace(trace);
        found.forEach(this::print);
        if (found.isEmpty() && !follow) {
            options.terminal()
                    .say(trace == null ? "No logs yet in " + directories(logs) + "." : "No line of trace " + trace + ".");
            return trace == null ? ExitCode.DONE : ExitCode.FAILED;
        }
        while (follow) {
            Thread.sleep(BETWEEN_LOOKS);
            follower.next().stream().filter(this::isWanted).forEach(this::print);
        }
        return ExitCode.DONE;
    }

    private Map<Component, Path> logs() {
        var platform = options.platform();
        var logs = new EnumMap<Component, Path>(Component.class);
        for (var it : component == null ? Component.services() : List.of(named(component))) {
            logs.put(it, platform.log(it));
        }
        return logs;
    }

    private Component named(String name) {
        return Component.named(name)
                .orElseThrow(() -> new ParameterException(
                        new CommandLine(this),
                        "There is no component " + name + "; there are "
                                + Arrays.stream(Component.values()).map(Component::id).collect(Collectors.joining(", "))
                                + "."));
    }

    private boolean isWanted(LogLine line) {
        return trace == null || line.traceId().filter(trace::equals).isPresent();
    }

    private void print(LogLine line) {
        if (options.json()) {
            System.out.println(line.raw());
            return;
        }
        var terminal = options.terminal();
        var time = line.at().equals(Instant.EPOCH) ? " ".repeat(12) : TIME.format(line.at());
        var text = line.text().lines().toList();
        terminal.say("%s %-17s %s %s"
                .formatted(
                        terminal.dim(time),
                        line.source().id(),
                        level(line.level()),
                        text.isEmpty() ? "" : text.getFirst()));
        text.stream().skip(1).forEach(it -> terminal.say("    " + it));
    }

    private String level(String level) {
        var padded = "%-5s".formatted(level);
        return switch (level) {
            case "ERROR" -> options.terminal().red(padded);
            case "WARN" -> options.terminal().yellow(padded);
            default -> padded;
        };
    }

    private static String directories(Map<Component, Path> logs) {
        return logs.values().stream()
                .map(it -> String.valueOf(it.getParent()))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
