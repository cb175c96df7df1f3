package io.meridian.local.cli;

import io.meridian.local.platform.BreakerDesk;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.ComponentStatus;
import io.meridian.local.platform.ComponentStatus.Health;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;

/** What runs right now. */
@Command(name = "status")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    private final Terminal terminal;

    StatusCommand(HomeOptions options) {
        this.options = options;
        this.terminal = options.terminal();
    }

    @Override
    public Integer call() {
        var platform = options.platform();
        if (platform.mode() == State.Mode.CONTAINERS) {
            var exit = Containers.find(options.root()).status(options.json());
            if (!options.json()) {
                show(Broken.all(platform));
            }
            return exit;
        }
        var components = platform.status();
        var broken = components.stream().allMatch(it -> it.health() == Health.DOWN) ? List.<Broken>of() : Broken.all(platform);
        var ready = components.stream().allMatch(it -> it.health() == Health.READY);
        if (options.json()) {
            answer(platform, components, broken, ready);
        } else {
            show(platform, components);
            show(broken);
        }
        return ready ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void show(Platform platform, List<ComponentStatus> components) {
        terminal.say(terminal.dim("  %-19s %-10s %8s  %-11s %8s  %s"
                .formatted("component", "state", "pid", "up for", "memory", "ports")));
        for (var it : components) {
            terminal.say("%s %-19s %-10s %8s  %-11s %8s  %s"
                    .formatted(
                            mark(it.health()),
                            it.component().title(),
                            words(it.health()),
                            it.pid().map(String::valueOf).orElse("-"),
                            it.since()
                                    .map(since -> Figures.age(Duration.between(since, Instant.now())))
                                    .orElse("-"),
                            it.pid().isPresent() ? Figures.bytes(it.residentBytes()) : "-",
                            it.ports().stream().map(String::valueOf).collect(Collectors.joining(" "))));
        }
        terminal.say("");
        if (components.stream().allMatch(it -> it.health() == Health.DOWN)) {
            terminal.say("Nothing runs here (" + platform.home().directory() + "). ./meridian up" + options.suffix()
                    + " starts it.");
            return;
        }
        showBreakers(platform, components);
        terminal.say("Together " + Figures.bytes(together(components)) + "; logs, data and state in "
                + platform.home().directory());
        if (platform.isTraining()) {
            terminal.say("Start-up caches are being recorded in the background; the next up will be faster.");
        }
        if (components.stream().anyMatch(it -> it.health() == Health.DOWN)) {
            terminal.say("./meridian up" + options.suffix() + " starts what is down.");
        }
    }

    private void show(List<Broken> broken) {
        if (broken.isEmpty()) {
            return;
        }
        terminal.say("");
        terminal.say(terminal.bold("Broken on purpose") + "; ./meridian heal" + options.suffix() + " ends it now");
        for (var it : broken) {
            terminal.say("%s %-28s %s; heals by itself in %s"
                    .formatted(terminal.cross(), it.target(), it.what(), Broken.left(it.remaining())));
        }
    }

    /** A line for each that keeps a service from asking another; none while all work. */
    private void showBreakers(Platform platform, List<ComponentStatus> components) {
        var desk = new BreakerDesk();
        for (var it : asking(components)) {
            for (var breaker : desk.notClosed(platform.addresses().managementHttp(it))) {
                terminal.say(terminal.yellow(it.id() + " does not ask " + breaker.name()) + ": " + breaker.state() + ", "
                        + breaker.why());
            }
        }
    }

    private static List<Component> asking(List<ComponentStatus> components) {
        return components.stream()
                .filter(it -> it.health() == Health.READY)
                .map(ComponentStatus::component)
                .filter(it -> it == Component.GATEWAY || it == Component.ORDER)
                .toList();
    }

    private void answer(Platform platform, List<ComponentStatus> components, List<Broken> broken, boolean ready) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("ready", ready);
        json.put("home", platform.home().directory().toString());
        together(components).ifPresent(it -> json.put("residentBytes", it));
        var list = json.putArray("components");
        for (var it : components) {
            var node = list.addObject();
            node.put("name", it.component().id());
            node.put("health", it.health().name());
            it.pid().ifPresent(pid -> node.put("pid", pid));
            it.since().ifPresent(since -> node.put("since", since.toString()));
            it.residentBytes().ifPresent(bytes -> node.put("residentBytes", bytes));
            var ports = node.putArray("ports");
            it.ports().forEach(ports::add);
            node.put("log", platform.log(it.component()).toString());
        }
        Broken.tell(broken, json.putArray("broken"));
        var desk = new BreakerDesk();
        var breakers = json.putArray("breakersNotClosed");
        for (var it : asking(components)) {
            for (var breaker : desk.notClosed(platform.addresses().managementHttp(it))) {
                breakers.addObject()
                        .put("service", it.id())
                        .put("name", breaker.name())
                        .put("state", breaker.state())
                        .put("why", breaker.why());
            }
        }
        terminal.answer(json);
    }

    private static OptionalLong together(List<ComponentStatus> components) {
        return components.stream()
                .map(ComponentStatus::residentBytes)
                .flatMapToLong(OptionalLong::stream)
                .reduce(Long::sum);
    }

    private String mark(Health health) {
        return switch (health) {
            case READY -> terminal.tick();
            case NOT_READY -> terminal.dot();
            case DOWN -> terminal.cross();
        };
    }

    private static String words(Health health) {
        return switch (health) {
            case READY -> "ready";
            case NOT_READY -> "not ready";
            case DOWN -> "down";
        };
    }
}
