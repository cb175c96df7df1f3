package io.meridian.local.cli;

import io.meridian.local.cli.Checkup.Finding;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;

/** What this machine lacks, and how to get it. */
@Command(name = "doctor")
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private final HomeOptions options;

    DoctorCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        var findings = new Checkup(options.platform(), System.getenv()).findings();
        var healthy = findings.stream().noneMatch(it -> it.verdict() == Checkup.Verdict.MISSING);
        if (options.json()) {
            answer(findings, healthy);
        } else {
            show(findings, healthy);
        }
        return healthy ? ExitCode.DONE : ExitCode.MISSING;
    }

    private void show(List<Finding> findings, boolean healthy) {
        var terminal = options.terminal();
        for (var it : findings) {
            var mark =
                    switch (it.verdict()) {
                        case GOOD -> terminal.tick();
                        case OPTIONAL -> terminal.dot();
                        case MISSING -> terminal.cross();
                    };
            terminal.say("%s %-9s %s".formatted(mark, it.subject(), it.found()));
            if (!it.advice().isEmpty()) {
                terminal.say("            " + it.advice());
            }
        }
        terminal.say("");
        terminal.say(healthy ? "Nothing is missing: ./meridian up" + options.suffix() : "Something is missing; see above.");
    }

    private void answer(List<Finding> findings, boolean healthy) {
        var json = JsonMapper.shared().createObjectNode().put("healthy", healthy);
        var list = json.putArray("findings");
        findings.forEach(it -> list.addObject()
                .put("subject", it.subject())
                .put("verdict", it.verdict().name())
                .put("found", it.found())
                .put("advice", it.advice()));
        options.terminal().answer(json);
    }
}
