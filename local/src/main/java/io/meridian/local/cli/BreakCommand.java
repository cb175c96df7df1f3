package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.ServiceFaults;
import io.meridian.local.platform.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Breaks something on purpose. Calls are broken by the service that serves them, a process by a signal. Whatever is not killed heals by
 * itself: when the time is up, or before that when this command, which stays to tell what happens, is interrupted.
 */
@Command(name = "break")
final class BreakCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int LONGEST_SECONDS = 600;

    @Mixin
    private final HomeOptions options;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1")
    private @Nullable String target;

    @Option(names = "--latency")
    private @Nullable Integer latency;

    @Option(names = "--spread")
    private @Nullable Double spread;

    @Option(names = "--workers")
    private @Nullable Integer workers;

    @Option(names = "--errors")
    private @Nullable Double errors;

    @Option(names = "--hang")
    private boolean hang;

    @Option(names = "--kill")
    private boolean kill;

    @Option(names = "--for", converter = Time.class)
    private @Nullable Duration time;

    @Option(names = "--background")
    private boolean background;

    private final Terminal terminal;

    BreakCommand(HomeOptions options) {
        this.options = options;
        this.terminal = options.terminal();
    }

    @Override
    public Integer call() throws InterruptedException {
        if (target == null) {
            return list();
        }
        if (!kill && !hang && latency == null && errors == null && workers == null) {
            throw usage("Say what is to go wrong with " + target + ": --latency MS, --errors RATE, --workers N, --hang or --kill.");
        }
        var wanted = target.toLowerCase(Locale.ROOT);
        var dot = wanted.indexOf('.');
        if (dot >= 0) {
            return calls(service(wanted.substring(0, dot)), wanted);
        }
        var component = component(wanted);
        if (kill) {
            return kill(component);
        }
        if (hang) {
            return freeze(component);
        }
        if (!component.isService()) {
            throw usage(component.title() + " can be killed or frozen: --kill or --hang. Calls can be slowed or failed at a service, as in"
                    + " ./meridian break inventory --latency 200.");
        }
        return calls(component, component.shortName() + ".*");
    }

    private int calls(Component service, String callsOf) throws InterruptedException {
        if (kill) {
            throw usage("A process is killed, not a call: ./meridian break " + service.shortName() + " --kill");
        }
        var platform = options.platform();
        var faults = Broken.faults(platform, service);
        ServiceFaults.Active active;
        try {
            active = faults.set(fault(callsOf)).on(callsOf).orElse(null);
        } catch (IllegalArgumentException refused) {
            throw usage(service.title() + " refuses it: " + refused.getMessage());
        }
        if (active == null) {
            throw new PlatformFailure(Kind.FAILED, service.title() + " does not have the fault that it was given.");
        }
        terminal.say(terminal.cross() + " " + callsOf + ": " + active.what() + ", for " + Broken.left(active.remaining()));
        return stay(platform, new Broken.Calls(service, active), () -> faults.read().on(callsOf).map(it -> new Broken.Calls(service, it)));
    }

    private int freeze(Component component) throws InterruptedException {
        if (latency != null || errors != null || workers != null || spread != null) {
            throw usage("A frozen process answers nothing: --hang alone, or ./meridian break " + component.shortName()
                    + ".* for its calls.");
        }
        var platform = processes(component, "pause");
        requireRunning(platform, component);
        platform.pauseFor(component, time());
        terminal.say(terminal.cross() + " " + component.id() + ": frozen, its connections stay open and nothing answers; for "
                + Broken.left(time()));
        return stay(
                platform,
                new Broken.Frozen(component, time()),
                () -> platform.frozenFor(component).map(it -> new Broken.Frozen(component, it)));
    }

    private int kill(Component component) {
        if (hang || latency != null || errors != null || workers != null || spread != null || time != null || background) {
            throw usage("--kill goes alone: a killed process stays away until ./meridian up starts it.");
        }
        var platform = processes(component, "kill");
        var pid = requireRunning(platform, component).pid();
        platform.kill(component);
        terminal.say(terminal.cross() + " " + component.id() + ": killed (process " + pid + ")");
        terminal.say("  ./meridian up" + options.suffix() + " starts it again.");
        if (options.json()) {
            terminal.answer(JsonMapper.shared()
                    .createObjectNode()
                    .put("target", component.id())
                    .put("killed", true)
                    .put("pid", pid));
        }
        return ExitCode.DONE;
    }

    /** Looks at it until it has healed, and heals it if the person presses Ctrl-C meanwhile. */
    private int stay(Platform platform, Broken broken, Callable<Optional<? extends Broken>> look) throws InterruptedException {
        if (background) {
            terminal.say("  ./meridian heal " + broken.target() + options.suffix() + " ends it sooner.");
            answer(broken, false);
            return ExitCode.DONE;
        }
        terminal.say("  Ctrl-C ends it sooner, and so does ./meridian heal " + broken.target() + options.suffix());
        var hook = Thread.ofPlatform().name("heal").unstarted(() -> {
            broken.heal(platform);
            terminal.sayForNow("");
            terminal.say(terminal.tick() + " " + broken.target() + " is healed.");
        });
        Runtime.getRuntime().addShutdownHook(hook);
        var last = broken;
        boolean interrupted;
        try {
            for (var now = looked(look); now.isPresent(); now = looked(look)) {
                last = now.get();
                terminal.sayForNow(terminal.dim(
                        "    " + last.target() + ": " + last.what() + "; " + Broken.left(last.remaining()) + " left"));
                Thread.sleep(BETWEEN_LOOKS);
            }
        } finally {
            interrupted = !letGo(hook);
        }
        if (interrupted) {
            return ExitCode.DONE; // the hook has the last word
        }
        terminal.sayForNow("");
        terminal.say(terminal.tick() + " " + last.target() + " is healed"
                + (last instanceof Broken.Calls(_, var fault) ? Broken.Calls.struck(fault) + "." : "."));
        answer(last, true);
        return ExitCode.DONE;
    }

    private static Optional<? extends Broken> looked(Callable<Optional<? extends Broken>> look) {
        try {
            return look.call();
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Returns false if the JVM is ending already: then the hook heals. */
    private static boolean letGo(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            return false;
        }
    }

    private void answer(Broken broken, boolean healed) {
        if (options.json()) {
            var json = JsonMapper.shared().createObjectNode();
            json.put("target", broken.target()).put("healed", healed);
            switch (broken) {
                case Broken.Calls(var service, var fault) -> json.put("component", service.id()).set("fault", fault.told());
                case Broken.Frozen(var component, var remaining) ->
                    json.put("component", component.id()).put("frozen", true).put("remainingSeconds", remaining.toSeconds());
            }
            terminal.answer(json);
        }
    }

    private int list() {
        if (kill || hang || latency != null || errors != null || workers != null || spread != null) {
            throw usage("Say what to break; ./meridian break lists it.");
        }
        var platform = options.platform();
        var json = JsonMapper.shared().createObjectNode();
        var targets = json.putObject("targets");
        terminal.say(terminal.bold("Calls") + ": --latency MS, --errors RATE, --workers N, --hang");
        for (var service : Component.services()) {
            try {
                var found = Broken.faults(platform, service).read().targets();
                found.forEach((name, what) -> terminal.say("  %-28s %s".formatted(name, terminal.dim(what))));
                found.forEach(targets::put);
            } catch (PlatformFailure absent) {
                terminal.say("  " + terminal.dim(String.valueOf(absent.getMessage())));
            }
        }
        terminal.say(terminal.bold("Processes") + ": --hang, --kill");
        terminal.say("  " + ids());
        var components = json.putArray("components");
        Arrays.stream(Component.values()).map(Component::id).forEach(components::add);
        if (options.json()) {
            terminal.answer(json);
        }
        return ExitCode.DONE;
    }

    private Map<String, Object> fault(String callsOf) {
        var fault = new LinkedHashMap<String, Object>();
        fault.put("target", callsOf);
        putIfSaid(fault, "latencyMs", latency);
        putIfSaid(fault, "spread", spread);
        putIfSaid(fault, "workers", workers);
        putIfSaid(fault, "errorRate", errors);
        if (hang) {
            fault.put("hang", true);
        }
        fault.put("forSeconds", time().toSeconds());
        return fault;
    }

    private static void putIfSaid(Map<String, Object> fault, String name, @Nullable Object value) {
        if (value != null) {
            fault.put(name, value);
        }
    }

    private Duration time() {
        return Objects.requireNonNullElse(time, Duration.ofSeconds(30));
    }

    /** Containers are compose's to kill and to freeze. */
    private Platform processes(Component component, String verb) {
        var platform = options.platform();
        if (platform.mode() == State.Mode.CONTAINERS) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "This platform runs in containers, and those are compose's: docker compose " + verb + " " + component.id()
                            + (verb.equals("pause") ? ", and unpause to heal it." : ", and up -d to start it again."));
        }
        return platform;
    }

    private ProcessHandle requireRunning(Platform platform, Component component) {
        return platform.process(component)
                .orElseThrow(() -> new PlatformFailure(
                        Kind.FAILED,
                        component.title() + " does not run. ./meridian up" + options.suffix() + " starts what does not run."));
    }

    private Component service(String name) {
        return Component.named(name)
                .filter(Component::isService)
                .orElseThrow(() -> usage("There is no service " + name + "; there are "
                        + Component.services().stream().map(Component::shortName).collect(Collectors.joining(", "))
                        + ". ./meridian break" + options.suffix() + " lists their calls."));
    }

    private Component component(String name) {
        return Component.named(name)
                .orElseThrow(() -> usage(
                        "There is no component " + name + "; there are " + ids() + ". ./meridian break" + options.suffix()
                                + " lists the calls of the services."));
    }

    private static String ids() {
        return Arrays.stream(Component.values()).map(Component::id).collect(Collectors.joining(", "));
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    /** How long something is broken, in whole seconds. */
    static final class Time implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,4})(s|m)?");

        @Override
        public Duration convert(String value) {
            var form = FORM.matcher(value);
            if (form.matches()) {
                var amount = Integer.parseInt(form.group(1));
                var seconds = "m".equals(form.group(2)) ? amount * 60 : amount;
                if (seconds >= 1 && seconds <= LONGEST_SECONDS) {
                    return Duration.ofSeconds(seconds);
                }
            }
            throw new TypeConversionException(
                    "'" + value + "' is not a time from 1s to " + LONGEST_SECONDS + "s, such as 30s or 2m: whatever is broken heals by itself");
        }
    }
}
