package io.meridian.system.campaign;

import io.meridian.local.parts.Lifetime;
import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Home;
import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import io.meridian.system.nemesis.Arena;
import io.meridian.system.nemesis.Catalogue;
import io.meridian.system.nemesis.Link;
import io.meridian.system.proxy.ProxyClient;
import io.meridian.system.proxy.ProxyServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a platform of its own, breaks it by schedules, and reports what that did to the orders. */
@Command(
        name = "system-tests/campaign",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a platform as processes with a proxy on every link and clients at its door, breaks it by seeded schedules, and judges what the"
                    + " clients were told and what the databases hold.",
            "",
            "Exit code: 0 all held; 1 something was violated; 2 nothing was, and some schedule is void because a fault could not be proven."
        })
public final class Campaign implements Callable<Integer> {

    /** Between the ports of other platforms, and with all of its own under 32,768 where systems begin to give ports away. */
    private static final int USUAL_OFFSET = 13_500;

    /** As many as there are links. */
    private static final int IN_TURN = Link.values().length;

    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    @Option(names = "--root", hidden = true, required = true)
    private Path root = Path.of(".");

    @Option(names = "--schedules", paramLabel = "N", description = "Random schedules, with the seeds S, S + 1, ...; 0 by default.")
    private int schedules;

    @Option(names = "--seed", paramLabel = "S", description = "0 or more; drawn if it is not given.")
    private @Nullable Long seed;

    @Option(names = "--replay", paramLabel = "SEED", description = "The random schedule of this seed, once more.")
    private @Nullable Long replay;

    @Option(names = "--fault", paramLabel = "NAME", description = "This fault alone; may be given several times.")
    private List<String> named = new ArrayList<>();

    @Option(names = "--each", paramLabel = "KIND", description = "Each fault alone once: processes, links or all.")
    private String each = "";

    @Option(names = "--in-turn", description = "With --fault or --each: 14 faults in one schedule, one after the other.")
    private boolean inTurn;

    @Option(names = "--cells", description = "Each fault of each link once, 14 in one schedule, one after the other.")
    private boolean cells;

    @Option(names = "--list", description = "Lists the faults.")
    private boolean list;

    @Option(names = "--for", paramLabel = "MINUTES", description = "Begins no schedule later than this.")
    private int minutes = Integer.MAX_VALUE;

    @Option(names = "--port-offset", paramLabel = "N", description = "What to shift all ports by; ${DEFAULT-VALUE} by default.")
    private int portOffset = USUAL_OFFSET;

    @Option(
            names = "--toxiproxy",
            paramLabel = "URL",
            description = "Use the proxies of a Toxiproxy server that runs there, instead of our own.")
    private @Nullable URI toxiproxy;

    @Option(names = "--report", paramLabel = "FILE", description = "Where to write the report; nowhere by default.")
    private @Nullable Path report;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Adds each outcome to this file as a line of JSON, and reports on all that are in it, of earlier runs too.")
    private @Nullable Path file;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Campaign() {}

    public static void main(String[] arguments) {
        var campaign = new Campaign();
        var line = new CommandLine(campaign);
        campaign.typed = "system-tests/campaign " + String.join(" ", shown(arguments));
        System.exit(line.execute(arguments));
    }

    private String typed = "";

    /** As a person types it: without what the script adds. */
    private static List<String> shown(String[] arguments) {
        var shown = new ArrayList<String>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--root")) {
                i++;
            } else {
                shown.add(arguments[i].contains(" ") ? '"' + arguments[i] + '"' : arguments[i]);
            }
        }
        return shown;
    }

    @Override
    public Integer call() throws Exception {
        var home = Files.createTempDirectory("meridian-campaign");
        var addresses = new Addresses(portOffset);
        var settings = new PlatformSettings(
                        root, new Home(home), OptionalInt.of(portOffset), Map.of(), Lifetime.ITS_PARENTS, true)
                .linked(Link.proxied(addresses));
        var platform = Platform.at(settings);
        try (var own = toxiproxy == null && !list ? ProxyServer.at(Link.apiPort(addresses)) : null;
                var arena = new Arena(platform, new ProxyClient(own == null ? toxiproxyOr(addresses) : own.uri()))) {
            var catalogue = new Catalogue(arena);
            if (list) {
                catalogue.all().forEach(out::println);
                return 0;
            }
            var plan = plan(catalogue);
            Link.create(arena.proxies(), addresses);
            var stop = endsInOrder(Thread.currentThread());
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                say("starting a platform at port offset " + portOffset + "; logs in " + home);
                platform.up(Progress.SILENT);
                record(platform);
                try (var trial = new Trial(arena, catalogue, Files.createDirectories(home.resolve("histories")))) {
                    return run(trial, plan, catalogue);
                }
            } finally {
                Thread.interrupted(); // whoever interrupted wants the platform to be stopped, not left
                platform.down(Progress.SILENT);
                try {
                    Runtime.getRuntime().removeShutdownHook(stop);
                } catch (IllegalStateException ending) {
                    // it waits for this very thread
                }
            }
        }
    }

    /** Whoever is told to end while a campaign runs heals, stops the platform, and ends then. */
    private static Thread endsInOrder(Thread campaign) {
        return new Thread(
                () -> {
                    campaign.interrupt();
                    try {
                        campaign.join(END_WITHIN);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "end");
    }

    /** Start-up caches: services are started again and again from here on. */
    private void record(Platform platform) throws InterruptedException {
        platform.train();
        while (platform.isTraining()) {
            Thread.sleep(500);
        }
    }

    private URI toxiproxyOr(Addresses addresses) {
        return toxiproxy != null ? toxiproxy : URI.create("http://127.0.0.1:" + Link.apiPort(addresses));
    }

    private List<Schedule> plan(Catalogue catalogue) {
        var first = seed == null ? new Random().nextInt(1_000_000) : seed;
        if (first < 0) {
            throw new IllegalArgumentException("--seed must be 0 or more, was " + first);
        }
        var plan = new ArrayList<Schedule>();
        var alone = new ArrayList<>(named);
        alone.addAll(switch (each) {
            case "" -> List.of();
            case "processes" -> catalogue.processes();
            case "links" -> catalogue.cells();
            case "all" -> catalogue.all();
            default -> throw new IllegalArgumentException("--each must be processes, links or all, was " + each);
        });
        alone.forEach(catalogue::make); // refuses one that there is not
        if (inTurn) {
            plan.addAll(inTurn(alone, -1 - first));
        } else {
            alone.forEach(it -> plan.add(Schedule.alone(it, -1 - first)));
        }
        if (cells) {
            plan.addAll(inTurn(catalogue.cells(), -1 - first));
        }
        if (replay != null) {
            plan.add(Schedule.random(replay, catalogue.all(), catalogue::make));
        }
        for (int i = 0; i < schedules; i++) {
            plan.add(Schedule.random(first + i, catalogue.all(), catalogue::make));
        }
        if (plan.isEmpty()) {
            throw new IllegalArgumentException("nothing to do: give --schedules, --each, --cells, --fault or --replay");
        }
        return plan;
    }

    private static List<Schedule> inTurn(List<String> names, long seed) {
        var plan = new ArrayList<Schedule>();
        for (int from = 0; from < names.size(); from += IN_TURN) {
            plan.add(Schedule.inTurn(names.subList(from, Math.min(names.size(), from + IN_TURN)), seed));
        }
        return plan;
    }

    private int run(Trial trial, List<Schedule> plan, Catalogue catalogue) throws IOException, InterruptedException {
        var results = new Report(catalogue.all(), file == null ? List.of() : Result.read(file));
        var commit = commit();
        var begin = System.nanoTime();
        for (int i = 0; i < plan.size(); i++) {
            if (Duration.ofNanos(System.nanoTime() - begin).toMinutes() >= minutes) {
                say("no time is left for " + (plan.size() - i) + " schedules");
                break;
            }
            var schedule = plan.get(i);
            say("%d/%d %s%s".formatted(
                    i + 1, plan.size(), schedule.seed() >= 0 ? "seed " + schedule.seed() + ": " : "", schedule.words()));
            var outcome = trial.run(schedule);
            var result = new Result(typed, commit, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), outcome);
            results.add(result);
            if (file != null) {
                result.append(file);
            }
            tell(outcome);
            if (report != null) {
                results.write(report);
            }
        }
        say("done in " + (System.nanoTime() - begin) / 1_000_000_000 + " s: " + results.verdicts());
        return results.violations() > 0 ? 1 : results.voids() > 0 ? 2 : 0;
    }

    private void tell(Outcome outcome) {
        say("    %s: %d operations (%d unknown), %d acknowledged, at an end after %.1f s, took %.0f s".formatted(
                Report.word(outcome),
                outcome.asked(),
                outcome.unknown(),
                outcome.acknowledged(),
                outcome.ended().toMillis() / 1e3,
                outcome.took().toMillis() / 1e3));
        outcome.voidBecause().forEach(it -> say("    void: " + it));
        outcome.violations().forEach(it -> say("    VIOLATED " + it.rule() + ": " + it.found()));
        if (!outcome.violations().isEmpty()) {
            say("    again: " + Report.replay(outcome));
        }
    }

    private void say(String line) {
        out.println(line);
    }

    private String commit() throws IOException, InterruptedException {
        var git = new ProcessBuilder("git", "-C", root.toString(), "describe", "--always", "--dirty", "--abbrev=12")
                .redirectErrorStream(true)
                .start();
        var output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? output : "unknown";
    }
}
