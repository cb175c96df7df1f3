package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.UnfinishedDesk;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What has begun and not ended, and what to do about one order of it. */
@Command(name = "unfinished")
final class UnfinishedCommand implements Callable<Integer> {

    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** As much of a reason as stands in a line. */
    private static final int SHOWN = 60;

    @Mixin
    private final HomeOptions options;

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--stuck")
    private boolean onlyStuck;

    @Parameters(index = "0", arity = "0..1")
    private @Nullable String action;

    @Parameters(index = "1", arity = "0..1")
    private @Nullable String order;

    UnfinishedCommand(HomeOptions options) {
        this.options = options;
        this.terminal = options.terminal();
    }

    @Override
    public Integer call() {
        return action == null ? list(options.platform()) : decide(action);
    }

    private int list(Platform platform) {
        var orders = desk(platform, Component.ORDER).list(onlyStuck);
        var payments = desk(platform, Component.PAYMENT).list(onlyStuck);
        if (options.json()) {
            var json = JsonMapper.shared().createObjectNode();
            json.set("orders", orders);
            json.set("payments", payments);
            terminal.answer(json);
        } else {
            show(orders, payments);
        }
        return isStuck(orders) || isStuck(payments) ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void show(JsonNode orders, JsonNode payments) {
        terminal.say(heading("orders", orders));
        for (var it : orders.path("orders")) {
            terminal.say("%s %s  %-8s  %9s  %2d attempts, epoch %d, %s; waits for %s%s"
                    .formatted(
                            mark(it),
                            it.path("id").asString(""),
                            it.path("state").asString(""),
                            age(it),
                            it.path("attempts").asInt(0),
                            it.path("epoch").asLong(0),
                            it.has("leasedForSeconds")
                                    ? "driven, for " + age(it.path("leasedForSeconds")) + " at most"
                                    : "due in " + age(it.path("dueInSeconds")),
                            it.path("waitsFor").asString(""),
                            it.has("lastFailure") ? "; last: " + shown(it.path("lastFailure").asString("")) : ""));
        }
        terminal.say(heading("payments", payments));
        for (var it : payments.path("payments")) {
            terminal.say("%s %s  %-11s  %9s  %2d attempts, due in %s; waits for %s"
                    .formatted(
                            mark(it),
                            it.path("orderId").asString(""),
                            it.path("state").asString(""),
                            age(it),
                            it.path("attempts").asInt(0),
                            age(it.path("dueInSeconds")),
                            it.path("waitsFor").asString("")));
        }
        if (!orders.path("orders").isEmpty()) {
            terminal.say("");
            terminal.say("./meridian unfinished drive ORDER" + options.suffix() + " tries one now, ./meridian unfinished give-up ORDER"
                    + options.suffix() + " rejects it.");
        }
    }

    private String heading(String what, JsonNode told) {
        var unfinished = told.path("unfinished").asLong(0);
        var stuck = told.path("stuck").asLong(0);
        return terminal.bold(unfinished + " unfinished " + what)
                + (unfinished == 0 ? "" : ", the oldest for " + age(told.path("oldestSeconds")))
                + "; " + (stuck == 0 ? "none" : stuck) + " stuck, which is unfinished for more than "
                + age(told.path("stuckAfterSeconds"));
    }

    private String mark(JsonNode it) {
        return it.path("stuck").asBoolean(false) ? terminal.cross() : terminal.dot();
    }

    private int decide(String action) {
        if (!action.equals("drive") && !action.equals("give-up")) {
            throw wrong("expected drive or give-up, or nothing to list, found " + action);
        }
        if (order == null || !ID.matcher(order).matches()) {
            throw wrong("./meridian unfinished " + action + " ORDER: expected the id of an order, such as"
                    + " 0190c3a2-5e7f-7000-8000-3f1d2c4b5a69, found " + (order == null ? "nothing" : order));
        }
        if (onlyStuck) {
            throw wrong("--stuck is for the list; " + action + " is about one order");
        }
        UnfinishedDesk.Decision decision;
        try {
            decision = desk(options.platform(), Component.ORDER).decide(order, action);
        } catch (IllegalArgumentException refused) {
            throw wrong(Objects.requireNonNullElse(refused.getMessage(), "refused"));
        }
        terminal.say((decision.hasEnded() ? terminal.tick() : terminal.dot()) + " " + decision.detail());
        if (options.json()) {
            terminal.answer(decision.told());
        }
        return decision.hasEnded() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private static UnfinishedDesk desk(Platform platform, Component service) {
        return new UnfinishedDesk(service, platform.addresses().managementHttp(service));
    }

    private static boolean isStuck(JsonNode told) {
        return told.path("stuck").asLong(0) > 0;
    }

    private static String age(JsonNode seconds) {
        var value = seconds.isNumber() ? seconds : seconds.path("ageSeconds");
        return Figures.age(Duration.ofMillis(Math.round(value.asDouble(0) * 1000)));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
    }
}
