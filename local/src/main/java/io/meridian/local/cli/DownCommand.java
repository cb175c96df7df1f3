package io.meridian.local.cli;

import io.meridian.local.platform.State;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Stops everything; {@code --fresh} forgets the data, too. */
@Command(name = "down")
final class DownCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    @Option(names = "--fresh")
    private boolean fresh;

    DownCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var terminal = options.terminal();
        var platform = options.platform();
        var ran = true;
        if (platform.mode() == State.Mode.CONTAINERS) {
            Containers.find(options.root()).down(fresh);
            platform.remember(State.Mode.PROCESSES);
        } else {
            ran = platform.runs();
            try (var progress = new LiveProgress(terminal)) {
                platform.down(progress);
            }
            if (fresh) {
                platform.forget();
            }
        }
        terminal.say((ran ? "Stopped." : "Nothing ran.")
                + (fresh ? " Orders, stock and events are forgotten." : " Orders, stock and events are kept for the next up."));
        if (options.json()) {
            terminal.answer(JsonMapper.shared().createObjectNode().put("stopped", ran).put("forgotten", fresh));
        }
        return ExitCode.DONE;
    }
}
