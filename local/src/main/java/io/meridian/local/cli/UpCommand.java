package io.meridian.local.cli;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Wish;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Plan, start, first order, what to do next. */
@Command(name = "up")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    @Option(names = "--fresh")
    private boolean fresh;

    @Option(names = "--docker")
    private boolean docker;

    @Option(names = "--port-offset")
    private @Nullable Integer portOffset;

    private final Terminal terminal;

    UpCommand(HomeOptions options) {
        this.options = options;
        this.terminal = options.terminal();
    }

    @Override
    public Integer call() {
        var platform = platform();
        return docker ? inContainers(platform) : asProcesses(platform);
    }

    private Platform platform() {
        try {
            return options.platform(portOffset == null ? OptionalInt.empty() : OptionalInt.of(portOffset));
        } catch (IllegalArgumentException e) {
            throw new picocli.CommandLine.ParameterException(
                    new picocli.CommandLine(this), String.valueOf(e.getMessage()), e);
        }
    }

    private int asProcesses(Platform platform) {
        if (platform.mode() == State.Mode.CONTAINERS) {
            throw new PlatformFailure(
                    Kind.BUSY, "This platform was started in containers. Stop it first: ./meridian down");
        }
        if (fresh) {
            forget(platform);
        }
        terminal.say(terminal.bold("Meridian") + ": starting PostgreSQL, Kafka, Redis and 4 services; state in "
                + platform.home().directory());
        List<Component> started;
        try (var progress = new LiveProgress(terminal)) {
            started = platform.up(progress);
        }
        if (started.isEmpty()) {
            terminal.say("Everything ran already; nothing was started.");
            close(platform, "");
            return answered(platform, null, OptionalLong.empty());
        }
        var story = firstOrder(platform.addresses());
        var took = sinceCommand().minusSeconds(options.buildSeconds());
        platform.train();
        terminal.say("");
        var build = options.buildSeconds() > 0 ? ", after " + options.buildSeconds() + " s of building" : "";
        terminal.say("First order after " + terminal.bold(Figures.seconds(took)) + build + ". "
                + terminal.bold(Figures.bytes(platform.residentBytes())) + " resident in all processes together.");
        close(platform, story.traceId().orElse(""));
        answered(platform, story, OptionalLong.of(took.toMillis()));
        return story.isConfirmed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void forget(Platform platform) {
        if (platform.runs()) {
            terminal.say("Stopping what runs, to forget its data:");
            try (var progress = new LiveProgress(terminal)) {
                platform.down(progress);
            }
        }
        platform.forget();
        terminal.say("Orders, stock and events are forgotten.");
    }

    private int inContainers(Platform platform) {
        if (platform.runs()) {
            throw new PlatformFailure(
                    Kind.BUSY, "The platform runs as processes of this machine. Stop it first: ./meridian down");
        }
        if (platform.addresses().offset() != 0) {
            throw new PlatformFailure(Kind.FAILED, "Containers have the usual ports: --docker goes without --port-offset.");
        }
        var containers = Containers.find(options.root());
        platform.remember(State.Mode.CONTAINERS);
        if (fresh) {
            containers.down(true);
        }
        terminal.say(terminal.bold("Meridian") + ": starting PostgreSQL, Kafka, Redis and 4 services in containers");
        containers.up();
        var story = firstOrder(platform.addresses());
        terminal.say("");
        terminal.say("First order after " + terminal.bold(Figures.seconds(sinceCommand())) + ".");
        close(platform, "");
        answered(platform, story, OptionalLong.empty());
        return story.isConfirmed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private OrderStory firstOrder(Addresses addresses) {
        var desk = new OrderDesk(addresses.http(Component.GATEWAY));
        var wish = new Wish(
                "first-order", List.of(new Line("SKU-0001", 2)), "tok_ok", UUID.randomUUID().toString());
        var story = OrderStory.of(desk, wish);
        story.tell(desk, "First order", terminal);
        return story;
    }

    private void close(Platform platform, String traceId) {
        var addresses = platform.addresses();
        var gateway = addresses.http(Component.GATEWAY);
        var managementPorts = Component.services().stream()
                .map(it -> Integer.toString(addresses.management(it)))
                .sorted()
                .collect(Collectors.joining(" "));
        terminal.say("");
        terminal.say("  API      " + gateway + "/api/orders");
        terminal.say("  docs     " + gateway + "/docs");
        terminal.say("  metrics  " + addresses.managementHttp(Component.GATEWAY) + "/actuator/prometheus  (ports "
                + managementPorts + ")");
        terminal.say("");
        terminal.say(terminal.bold("Next"));
        terminal.say("  ./meridian order --card tok_declined" + options.suffix() + "   see a refusal, and that it gives back what it held");
        terminal.say(traceId.isEmpty()
                ? "  ./meridian logs -f" + options.suffix() + "   all services' logs as one"
                : "  ./meridian logs --trace " + traceId + options.suffix() + "   this order's way through all services");
        terminal.say("  ./meridian down" + options.suffix() + "   stop; orders stay for the next up");
    }

    private int answered(Platform platform, @Nullable OrderStory story, OptionalLong millisToFirstOrder) {
        if (options.json()) {
            var json = JsonMapper.shared().createObjectNode();
            json.put("gateway", platform.addresses().http(Component.GATEWAY).toString());
            json.put("home", platform.home().directory().toString());
            millisToFirstOrder.ifPresent(it -> json.put("secondsToFirstOrder", it / 1000.0));
            json.put("buildSeconds", options.buildSeconds());
            platform.residentBytes().ifPresent(it -> json.put("residentBytes", it));
            if (story != null) {
                json.set("firstOrder", story.json());
            }
            terminal.answer(json);
        }
        return ExitCode.DONE;
    }

    /** The script becomes this process, so this is the time since the person pressed Enter. */
    private static Duration sinceCommand() {
        var begin = ProcessHandle.current().info().startInstant().orElseThrow();
        return Duration.between(begin, Instant.now());
    }
}
