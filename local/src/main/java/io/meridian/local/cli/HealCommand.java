package io.meridian.local.cli;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Ends what {@code break} began; what was killed is started by {@code up}. */
@Command(name = "heal")
final class HealCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1")
    private @Nullable String target;

    HealCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var terminal = options.terminal();
        var platform = options.platform();
        var healed = Broken.all(platform).stream().filter(this::isMeant).toList();
        if (healed.isEmpty()) {
            requireKnown();
            terminal.say(target == null ? "Nothing is broken." : "Nothing is broken at " + target + ".");
        }
        for (var broken : healed) {
            broken.heal(platform);
            terminal.say(terminal.tick() + " " + broken.target() + " is healed (" + broken.what() + ")");
        }
        down(platform).forEach(it ->
                terminal.say(terminal.dot() + " " + it.title() + " does not run; ./meridian up" + options.suffix() + " starts it."));
        if (options.json()) {
            var json = JsonMapper.shared().createObjectNode();
            Broken.tell(healed, json.putArray("healed"));
            terminal.answer(json);
        }
        return ExitCode.DONE;
    }

    /** A component stands for everything that is broken about it. */
    private boolean isMeant(Broken broken) {
        if (target == null || broken.target().equalsIgnoreCase(target)) {
            return true;
        }
        var component = Component.named(target).orElse(null);
        return component != null
                && switch (broken) {
                    case Broken.Calls(var service, _) -> service == component;
                    case Broken.Frozen(var frozen, _) -> frozen == component;
                };
    }

    private void requireKnown() {
        if (target == null) {
            return;
        }
        var name = target.toLowerCase(Locale.ROOT);
        var dot = name.indexOf('.');
        var known = dot < 0
                ? Component.named(name).isPresent()
                : Component.named(name.substring(0, dot)).filter(Component::isService).isPresent();
        if (!known) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "There is no " + target + "; ./meridian status says what is broken, ./meridian break what can be.");
        }
    }

    /** What does not run of a platform that does. */
    private static List<Component> down(Platform platform) {
        return platform.runs()
                ? List.of(Component.values()).stream()
                        .filter(it -> platform.process(it).isEmpty())
                        .toList()
                : List.of();
    }
}
