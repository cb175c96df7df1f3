package io.meridian.local.cli;

import io.meridian.local.cli.BreakCommand.Time;
import io.meridian.local.oracle.EvidenceReader;
import io.meridian.local.oracle.Examination;
import io.meridian.local.oracle.Examination.Result;
import io.meridian.local.oracle.Examination.State;
import io.meridian.local.oracle.Finding;
import io.meridian.local.oracle.Oracles;
import io.meridian.local.oracle.Sources;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.Reconciliation;
import io.meridian.local.platform.State.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether all that must hold holds: the job that compares the books, and the oracles over databases, topics, ledger and gauges. Changes
 * nothing.
 */
@Command(name = "verify")
final class VerifyCommand implements Callable<Integer> {

    private static final int SHOWN = 8;

    /** Beyond what is waited for: a job that starts on a busy machine, a last look at everything. */
    private static final Duration AROUND = Duration.ofMinutes(3);

    @Mixin
    private final HomeOptions options;

    @Option(names = "--wait", converter = Patience.class)
    private Duration wait = Duration.ofSeconds(60);

    private final Terminal terminal;

    VerifyCommand(HomeOptions options) {
        this.options = options;
        this.terminal = options.terminal();
    }

    @Override
    public Integer call() throws InterruptedException {
        var platform = options.platform();
        var inContainers = platform.mode() == Mode.CONTAINERS;
        if (!inContainers && platform.process(Component.POSTGRES).isEmpty()) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "There is nothing to look at: PostgreSQL does not run in " + platform.home().directory()
                            + ". ./meridian up" + options.suffix() + " starts what does not run.");
        }
        terminal.sayForNow(terminal.dim("    looking; what is under way is waited for, " + wait.toSeconds() + " s at most"));
        var begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var reader = new EvidenceReader(Sources.of(platform.addresses(), password(inContainers)))) {
            var books = inContainers ? null : threads.submit(() -> platform.reconcile(wait));
            var results = new Examination(reader::read, Oracles.all(), Examination.Settings.within(wait)).run();
            var compared = Compared.of(books);
            terminal.sayForNow("");
            return tell(compared, results, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    /**
     * What came of the comparison of the books.
     *
     * @param failed whether it was to be made and could not
     */
    private record Compared(Optional<Reconciliation> found, boolean failed, String why) {

        static Compared of(@Nullable Future<Reconciliation> books) throws InterruptedException {
            if (books == null) {
                return new Compared(
                        Optional.empty(),
                        false,
                        "this platform runs in containers: docker compose run --rm -e SPRING_PROFILES_ACTIVE=reconcile order-service");
            }
            try {
                return new Compared(Optional.of(books.get(AROUND.toSeconds(), TimeUnit.SECONDS)), false, "");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof PlatformFailure failure) {
                    var details = failure.details();
                    return new Compared(
                            Optional.empty(),
                            true,
                            failure.getMessage() + (details.isEmpty() ? "" : " " + details.getLast().strip()));
                }
                throw new IllegalStateException(e.getCause());
            } catch (TimeoutException e) {
                books.cancel(true);
                return new Compared(Optional.empty(), true, "it did not end in time");
            }
        }
    }

    /** In containers it may be another one; the variable is the one that compose reads. */
    private String password(boolean inContainers) {
        return inContainers ? options.variable("MERIDIAN_DB_PASSWORD").orElse(Sources.PASSWORD) : Sources.PASSWORD;
    }

    private int tell(Compared compared, List<Result> results, Duration took) {
        tell(compared);
        results.forEach(this::tell);
        var violated = results.stream().filter(it -> it.state() == State.VIOLATED).toList();
        var unreadable = results.stream().filter(VerifyCommand::couldNotLook).toList();
        var differs = compared.found().filter(it -> !it.differences().isEmpty()).isPresent();
        var bad = !violated.isEmpty() || differs || !unreadable.isEmpty() || compared.failed();
        terminal.say("");
        var held = results.stream().filter(it -> it.state() == State.HOLDS).count();
        terminal.say(String.format(
                Locale.ROOT,
                "%d of %d oracles hold, %d violated, %d not judged; %.1f s",
                held,
                results.size(),
                violated.size(),
                results.size() - held - violated.size(),
                took.toMillis() / 1000.0));
        violated.forEach(it -> terminal.say("  " + it.oracle().name() + ": " + it.oracle().advice()));
        if (differs) {
            terminal.say("  books: The orders above differ between order, payment and inventory; `./meridian logs -n 100000 | grep ID`"
                    + " tells how it came about. Nothing was changed.");
        }
        if (!unreadable.isEmpty() || compared.failed()) {
            terminal.say("  Not all could be looked at: ./meridian status" + options.suffix() + " says what runs.");
        }
        if (options.json()) {
            terminal.answer(json(!bad, compared, results, took));
        }
        return bad ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void tell(Compared compared) {
        var books = compared.found();
        if (books.isEmpty()) {
            line(terminal.dot(), "books", "not judged: " + compared.why());
            return;
        }
        var it = books.get();
        var what = "%d orders, %d payments, %d holds compared by the reconciliation job in %.1f s"
                .formatted(it.orders(), it.payments(), it.holds(), it.took().toMillis() / 1000.0);
        if (it.differences().isEmpty()) {
            line(terminal.tick(), "books", what);
            return;
        }
        line(
                terminal.cross(),
                "books",
                it.differences().size() + (it.more() ? " or more" : "") + " differences; " + what);
        it.differences().stream()
                .limit(SHOWN)
                .forEach(each -> terminal.say("      " + each.orderId() + ": " + each.found()));
        more(it.differences().size());
    }

    private void tell(Result result) {
        var underWay = result.underWay() > 0 ? "; " + result.underWay() + " began meanwhile" : "";
        switch (result.state()) {
            case HOLDS -> line(terminal.tick(), result.oracle().name(), result.judged() + underWay);
            case NOT_JUDGED -> line(terminal.dot(), result.oracle().name(), "not judged: " + result.why());
            case VIOLATED -> {
                line(
                        terminal.cross(),
                        result.oracle().name(),
                        result.findings().size() + " violations of: " + result.oracle().holds());
                result.findings().stream().limit(SHOWN).forEach(it -> terminal.say("      " + it));
                more(result.findings().size());
            }
        }
    }

    private void more(int all) {
        if (all > SHOWN) {
            terminal.say("      and " + (all - SHOWN) + " more; --json lists all");
        }
    }

    private void line(String mark, String name, String what) {
        terminal.say(mark + " " + "%-13s".formatted(name) + what);
    }

    /** Not the same as having nobody who could tell. */
    private static boolean couldNotLook(Result result) {
        return result.state() == State.NOT_JUDGED && result.why().contains("could not");
    }

    /** @param holds as the exit code says it: everything that was to be looked at could be, and holds */
    private ObjectNode json(boolean holds, Compared compared, List<Result> results, Duration took) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("holds", holds);
        json.put("tookMs", took.toMillis());
        var books = json.putObject("books");
        books.put("judged", compared.found().isPresent());
        books.put("why", compared.why());
        compared.found().ifPresent(it -> {
            books.put("orders", it.orders()).put("payments", it.payments()).put("holds", it.holds());
            books.put("more", it.more()).put("tookMs", it.took().toMillis());
            var differences = books.putArray("differences");
            it.differences()
                    .forEach(each -> differences
                            .addObject()
                            .put("kind", each.kind())
                            .put("orderId", each.orderId())
                            .put("found", each.found()));
        });
        var oracles = json.putArray("oracles");
        results.forEach(it -> describe(it, oracles));
        return json;
    }

    private static void describe(Result result, ArrayNode oracles) {
        var json = oracles.addObject();
        json.put("name", result.oracle().name());
        json.put("holds", result.oracle().holds());
        json.put("state", result.state().name());
        json.put("judged", result.judged());
        json.put("underWay", result.underWay());
        json.put("why", result.why());
        var findings = json.putArray("findings");
        for (Finding it : result.findings()) {
            findings.addObject().put("kind", it.kind().name()).put("id", it.id()).put("what", it.what());
        }
    }

    /** How long is waited, in whole seconds. */
    static final class Patience implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String value) {
            try {
                return new Time().convert(value);
            } catch (TypeConversionException _) {
                throw new TypeConversionException("'" + value + "' is not a time from 1s to 600s, such as 30s or 2m");
            }
        }
    }
}
