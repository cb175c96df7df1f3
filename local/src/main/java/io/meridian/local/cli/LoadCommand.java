package io.meridian.local.cli;

import io.meridian.local.platform.ClosedLoop;
import io.meridian.local.platform.ClosedLoop.Result;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformFailure;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Keeps a number of clients ordering for a while and says what the platform made of it, and what that cost each process. */
@Command(name = "load")
final class LoadCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    @Option(names = "--clients")
    private int clients = 16;

    @Option(names = "--seconds")
    private int seconds = 20;

    @Option(names = "--warmup")
    private int warmup = 10;

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    LoadCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        check("--clients", clients, 1, 1_000);
        check("--seconds", seconds, 1, 3_600);
        check("--warmup", warmup, 0, 3_600);
        var terminal = options.terminal();
        var platform = options.platform();
        if (!platform.isReady(Component.GATEWAY)) {
            throw new PlatformFailure(
                    PlatformFailure.Kind.FAILED, "The gateway does not run. Start the platform with `./meridian up`.");
        }
        var loop = new ClosedLoop(new OrderDesk(platform.addresses().http(Component.GATEWAY)));
        if (warmup > 0) {
            terminal.say("%d clients, warming up for %d s".formatted(clients, warmup));
            loop.run(clients, Duration.ofSeconds(warmup));
        }
        terminal.say("%d clients, measuring for %d s".formatted(clients, seconds));
        var before = cpu(platform);
        var result = loop.run(clients, Duration.ofSeconds(seconds));
        var after = cpu(platform);
        var cost = new EnumMap<Component, Double>(Component.class);
        after.forEach((component, total) -> cost.put(
                component,
                result.orders() == 0
                        ? 0
                        : total.minus(before.getOrDefault(component, Duration.ZERO)).toMillis()
                                / (double) result.orders()));
        tell(result, cost);
        if (options.json()) {
            terminal.answer(json(result, cost));
        }
        return result.orders() > 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void tell(Result result, Map<Component, Double> cost) {
        var terminal = options.terminal();
        terminal.say("");
        terminal.say(terminal.bold(String.format(Locale.ROOT, "  %.0f orders/s", result.ordersPerSecond()))
                + "   p50 " + Figures.millis(result.quantile(0.50)) + "   p99 " + Figures.millis(result.quantile(0.99))
                + "   longest " + Figures.millis(result.quantile(1)));
        terminal.say("  answers by status: " + result.answers());
        terminal.say("");
        terminal.say("  processor seconds per 1,000 orders");
        cost.forEach((component, perThousand) ->
                terminal.say(String.format(Locale.ROOT, "    %-18s %6.2f", component.title(), perThousand)));
        var all = cost.values().stream().mapToDouble(Double::doubleValue).sum();
        terminal.say(String.format(Locale.ROOT, "    %-18s %6.2f", "together", all));
    }

    private static ObjectNode json(Result result, Map<Component, Double> cost) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("orders", result.orders());
        json.put("ordersPerSecond", result.ordersPerSecond());
        json.put("p50Millis", result.quantile(0.50).toNanos() / 1e6);
        json.put("p99Millis", result.quantile(0.99).toNanos() / 1e6);
        json.put("longestMillis", result.quantile(1).toNanos() / 1e6);
        var answers = json.putObject("answers");
        result.answers().forEach((status, count) -> answers.put(Integer.toString(status), count));
        var cpu = json.putObject("cpuSecondsPer1000Orders");
        cost.forEach((component, perThousand) -> cpu.put(component.id(), perThousand));
        return json;
    }

    private static Map<Component, Duration> cpu(Platform platform) {
        var used = new EnumMap<Component, Duration>(Component.class);
        for (var component : Component.values()) {
            platform.cpuTime(component).ifPresent(it -> used.put(component, it));
        }
        return used;
    }

    private void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(),
                    "%s must be in %d..%d, was %d".formatted(option, least, most, value));
        }
    }
}
