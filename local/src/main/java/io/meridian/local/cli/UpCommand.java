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
import java.util.Arrays;
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

    private static final Duration UNAVAILABLE_BOUND = Duration.ofSeconds(15);
    private static final Duration CONTAINERS_BOUND = Duration.ofSeconds(180);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

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
                    Kind.BUSY, "This platform was started in containers. Stop it first: ./meridian down" + options.suffix());
        }
        if (fresh) {
            forget(platform);
        }
        terminal.say(terminal.bold("Meridian") + ": " + plan(platform) + "; state in "
                + platform.home().directory());
        List<Component> started;
        try (var progress = new LiveProgress(terminal)) {
            started = platform.up(progress);
        }
        if (started.isEmpty()) {
            terminal.say("Everything ran already and is ready; nothing was started.");
            close(platform, "");
            return answered(platform, null, OptionalLong.empty());
        }
        var story = firstOrder(platform.addresses());
        var took = sinceCommand(story).minusSeconds(options.buildSeconds());
        platform.train();
        terminal.say("");
        var build = options.buildSeconds() > 0 ? " (and " + options.buildSeconds() + " s of building)" : "";
        terminal.say(terminal.bold(Figures.seconds(took)) + " to the first order" + build + ", "
                + terminal.bold(Figures.bytes(platform.residentBytes())) + " resident in all processes together.");
        close(platform, story.traceId().orElse(""));
        answered(platform, story, OptionalLong.of(took.toMillis()));
        return story.isConfirmed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String plan(Platform platform) {
        var dead = Arrays.stream(Component.values())
                .filter(it -> platform.process(it).isEmpty())
                .toList();
        if (dead.size() == Component.values().length) {
            return "starting PostgreSQL, Kafka, Redis and 4 services";
        }
        return dead.isEmpty()
                ? "everything runs; seeing whether it is ready and of the last build"
                : "starting " + dead.stream().map(Component::title).collect(Collectors.joining(", ")) + "; the rest runs";
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
                    Kind.BUSY, "The platform runs as processes of this machine. Stop it first: ./meridian down" + options.suffix());
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
        awaitGateway(platform);
        var story = firstOrder(platform.addresses());
        terminal.say("");
        terminal.say(terminal.bold(Figures.seconds(sinceCommand(story))) + " to the first order.");
        close(platform, "");
        answered(platform, story, OptionalLong.empty());
        return story.isConfirmed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Compose returns as soon as the last container is started. */
    private void awaitGateway(Platform platform) {
        var until = System.nanoTime() + CONTAINERS_BOUND.toNanos();
        while (!platform.isReady(Component.GATEWAY)) {
            if (System.nanoTime() > until) {
                throw new PlatformFailure(
                        Kind.FAILED,
                        "The gateway's container was not ready after " + CONTAINERS_BOUND.toSeconds()
                                + " s. `docker compose ps` and `docker compose logs` say more.");
            }
            terminal.sayForNow(terminal.dim("    waiting for the gateway ..."));
            pause();
        }
        terminal.sayForNow("");
    }

    /** Services that have just met a neighbour that was away answer 503 for a moment; then, as any customer, we ask again. */
    private OrderStory firstOrder(Addresses addresses) {
        var desk = new OrderDesk(addresses.http(Component.GATEWAY));
        var until = System.nanoTime() + UNAVAILABLE_BOUND.toNanos();
        var story = OrderStory.of(desk, firstWish());
        while (story.isUnavailable() && System.nanoTime() < until) {
            terminal.sayForNow(terminal.dim("    the services are finding each other again ..."));
            pause();
            story = OrderStory.of(desk, firstWish());
        }
        terminal.sayForNow("");
        story.tell(desk, "First order", terminal);
        return story;
    }

    private static Wish firstWish() {
        return new Wish(
                "first-order",
                List.of(new Line("SKU-0001", 2)),
                "tok_ok",
                UUID.randomUUID().toString());
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted before the first order.", e);
        }
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
        next("order --card tok_declined", "a refusal, and how it gives back what it held");
        next("order --deadline 300 --card tok_slow_900", "a deadline that passes on the way, and what becomes of the order");
        next(traceId.isEmpty() ? "logs -f" : "logs --trace " + traceId, "the way of an order through all services");
        next("verify", "whether money, stock, orders and events are as they must be");
        next("down", "stop everything; orders stay for the next up");
    }

    private void next(String command, String why) {
        terminal.say("  ./meridian " + command + options.suffix());
        terminal.say("      " + terminal.dim(why));
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

    /** The script becomes this process, so this is the time from Enter to the first order's answer. */
    private static Duration sinceCommand(OrderStory story) {
        var begin = ProcessHandle.current().info().startInstant().orElseThrow();
        return Duration.between(begin, story.answeredAt());
    }
}
