package io.meridian.local.cli;

import io.meridian.local.letters.DeadLetter;
import io.meridian.local.letters.DeadLetters;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.PlatformFailure;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What the services have put aside, and giving it back to them. */
@Command(name = "dead-letters")
final class DeadLettersCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SUFFIX = ".dlt";

    @Mixin
    private final HomeOptions options;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", defaultValue = "list")
    private String what = "list";

    @Option(names = "--topic")
    private @Nullable String topic;

    @Option(names = "--again")
    private boolean again;

    DeadLettersCommand(HomeOptions options) {
        this.options = options;
    }

    @Override
    public Integer call() {
        if (!List.of("list", "show", "replay").contains(what)) {
            throw refusal("dead-letters can list, show or replay, not " + what + ".");
        }
        if (again && !what.equals("replay")) {
            throw refusal("--again belongs to replay.");
        }
        var platform = options.platform();
        if (!platform.isReady(Component.KAFKA)) {
            throw new PlatformFailure(
                    PlatformFailure.Kind.FAILED, "Kafka does not run here; ./meridian up" + options.suffix() + " starts it.");
        }
        var letters = new DeadLetters(platform.addresses().address(Component.KAFKA));
        var topics = topics(letters);
        switch (what) {
            case "show" -> show(letters.of(topics));
            case "replay" -> replay(letters, topics);
            default -> list(letters.of(topics), topics);
        }
        return ExitCode.DONE;
    }

    private TreeSet<String> topics(DeadLetters letters) {
        var topics = letters.topics();
        if (topic == null) {
            return topics;
        }
        var name = topic.endsWith(SUFFIX) ? topic.substring(0, topic.length() - SUFFIX.length()) : topic;
        if (!topics.contains(name)) {
            throw refusal("There are no dead letters of " + name + "; there may be of " + String.join(", ", topics) + ".");
        }
        return new TreeSet<>(List.of(name));
    }

    private void list(List<DeadLetter> letters, TreeSet<String> topics) {
        var terminal = options.terminal();
        var json = JSON.createObjectNode();
        var array = json.putArray("topics");
        terminal.say(terminal.dim("  %-20s %8s %8s  %s".formatted("topic", "letters", "waiting", "reasons of those that wait")));
        for (var name : topics) {
            var all = letters.stream().filter(it -> it.topic().equals(name)).toList();
            var waiting = all.stream().filter(it -> !it.isReplayed()).toList();
            var reasons = new TreeSet<String>();
            waiting.forEach(it -> reasons.add(it.reason().isEmpty() ? "unknown" : it.reason()));
            terminal.say("%s %-20s %8d %8d  %s"
                    .formatted(
                            waiting.isEmpty() ? terminal.tick() : terminal.dot(),
                            name,
                            all.size(),
                            waiting.size(),
                            String.join(", ", reasons)));
            var entry = array.addObject();
            entry.put("topic", name).put("letters", all.size()).put("waiting", waiting.size());
            var texts = entry.putArray("reasons");
            reasons.forEach(texts::add);
        }
        if (options.json()) {
            terminal.answer(json);
        }
    }

    private void show(List<DeadLetter> letters) {
        var terminal = options.terminal();
        var json = JSON.createObjectNode();
        var array = json.putArray("letters");
        for (var it : letters) {
            terminal.say("%s %s%s-%d@%d  %s  %s  %s"
                    .formatted(
                            it.isReplayed() ? terminal.tick() : terminal.dot(),
                            it.topic(),
                            SUFFIX,
                            it.partition(),
                            it.offset(),
                            it.at(),
                            terminal.bold(it.reason().isEmpty() ? "unknown" : it.reason()),
                            it.by()));
            terminal.say("    key %s, %s, %s".formatted(
                    it.key(), it.type().isEmpty() ? "no type" : it.type(), it.bytes() < 0 ? "no value" : it.bytes() + " bytes"));
            if (!it.message().isEmpty()) {
                terminal.say("    " + it.message().lines().findFirst().orElse(""));
            }
            array.addObject()
                    .put("topic", it.topic())
                    .put("partition", it.partition())
                    .put("offset", it.offset())
                    .put("key", it.key())
                    .put("id", it.id())
                    .put("type", it.type())
                    .put("reason", it.reason())
                    .put("by", it.by())
                    .put("message", it.message())
                    .put("at", it.at().toString())
                    .put("bytes", it.bytes())
                    .put("replayed", it.isReplayed());
        }
        if (letters.isEmpty()) {
            terminal.say("There are no dead letters.");
        }
        if (options.json()) {
            terminal.answer(json);
        }
    }

    private void replay(DeadLetters letters, TreeSet<String> topics) {
        var terminal = options.terminal();
        var json = JSON.createObjectNode();
        var array = json.putArray("replayed");
        for (var name : topics) {
            int count = letters.replay(name, again);
            terminal.say("%s %s: %s given back".formatted(terminal.tick(), name, count == 1 ? "1 letter" : count + " letters"));
            array.addObject().put("topic", name).put("letters", count);
        }
        if (options.json()) {
            terminal.answer(json);
        }
    }

    private ParameterException refusal(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
