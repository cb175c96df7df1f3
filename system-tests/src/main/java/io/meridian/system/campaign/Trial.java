package io.meridian.system.campaign;

import io.meridian.local.platform.Component;
import io.meridian.local.platform.PlatformFailure;
import io.meridian.local.platform.Progress;
import io.meridian.system.history.Entry;
import io.meridian.system.history.Entry.Phase;
import io.meridian.system.history.History;
import io.meridian.system.history.HistoryChecker;
import io.meridian.system.history.Violation;
import io.meridian.system.load.Caller;
import io.meridian.system.load.Clients;
import io.meridian.system.nemesis.Arena;
import io.meridian.system.nemesis.Catalogue;
import io.meridian.system.nemesis.Link;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs one schedule after the other on one platform: clients begin, and go on while the faults come and go; when everything is healed all
 * orders must reach an end in time; then what the clients were told and what the databases hold is judged.
 */
public final class Trial implements AutoCloseable {

    /** RELIABILITY: every order at an end so long after healing. */
    static final Duration AT_AN_END_WITHIN = Duration.ofSeconds(60);

    private static final Duration STEADY_WITHIN = Duration.ofSeconds(40);
    private static final int STEADY_ORDERS = 3;
    private static final Duration AFTER_HEALING = Duration.ofMillis(1_500);
    private static final long GRACE_MILLIS = 50;
    private static final int LIST_ATTEMPTS = 20;
    private static final int CLIENTS = 5;
    private static final Duration LONGEST_REST = Duration.ofMillis(160);

    private static final String NOT_BACK = "the platform comes back by itself when what was broken is healed";
    private static final String NOT_IN_TIME = "every order reaches an end within " + AT_AN_END_WITHIN.toSeconds() + " s after healing";

    private final Arena arena;
    private final Catalogue catalogue;
    private final Books books;
    private final Path histories;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final AtomicLong trials = new AtomicLong();

    /** @param histories a directory for what the clients record */
    public Trial(Arena arena, Catalogue catalogue, Path histories) {
        this.arena = arena;
        this.catalogue = catalogue;
        this.books = new Books(arena);
        this.histories = histories;
    }

    /** Runs a schedule; afterwards the platform is whole again, as far as that can be had. */
    public Outcome run(Schedule schedule) throws IOException, InterruptedException {
        var begin = System.nanoTime();
        var name = "h" + run + "-" + trials.incrementAndGet();
        var reasons = new ArrayList<String>();
        var violations = new ArrayList<Violation>();
        var door = URI.create("http://127.0.0.1:" + Link.CLIENT_TO_GATEWAY.port(arena.addresses()));
        try (var history = new History(histories.resolve(name + ".jsonl"), System::nanoTime);
                var caller = new Caller(door, history);
                var clients = new Clients(caller, name, schedule.seed(), CLIENTS, LONGEST_REST)) {
            clients.start();
            if (!isSteady(clients)) {
                reasons.add("no " + STEADY_ORDERS + " orders were acknowledged within " + STEADY_WITHIN.toSeconds() + " s before any fault");
            }
            var report = new Nemesis(catalogue::make).carryOut(schedule);
            reasons.addAll(report.unproven());
            repair(violations);
            var healed = System.nanoTime();
            Thread.sleep(AFTER_HEALING);
            clients.stop();
            var settling = new Settling(arena).await(AT_AN_END_WITHIN);
            var ended = Duration.ofNanos(System.nanoTime() - healed);
            settling.left().ifPresent(it -> violations.add(new Violation(NOT_IN_TIME, it)));
            var entries = history.entries();
            violations.addAll(HistoryChecker.check(entries, ending(caller, clients.customers())));
            violations.addAll(books.check());
            return new Outcome(
                    schedule,
                    report.proofs(),
                    reasons,
                    violations,
                    count(entries, Phase.INVOKE),
                    clients.acknowledged(),
                    count(entries, Phase.INFO),
                    HistoryChecker.shareOfLate(entries, GRACE_MILLIS),
                    ended,
                    Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    @Override
    public void close() {
        books.close();
    }

    private static boolean isSteady(Clients clients) throws InterruptedException {
        var until = System.nanoTime() + STEADY_WITHIN.toNanos();
        while (clients.acknowledged() < STEADY_ORDERS) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Who has died of a fault that was not meant to kill it would not come back by itself: that is found, and mended. */
    private void repair(List<Violation> violations) {
        var dead = Arrays.stream(Component.values())
                .filter(it -> arena.platform().process(it).isEmpty())
                .toList();
        if (dead.isEmpty()) {
            return;
        }
        violations.add(new Violation(NOT_BACK, dead + " ended; the end of its log: " + arena.platform().log(dead.getFirst())));
        try {
            arena.platform().up(Progress.SILENT);
        } catch (PlatformFailure failure) {
            violations.add(new Violation(NOT_BACK, String.valueOf(failure.getMessage())));
        }
    }

    private static Map<String, String> ending(Caller caller, List<String> customers) throws IOException, InterruptedException {
        var ending = new TreeMap<String, String>();
        for (var customer : customers) {
            ending.putAll(ordersOf(caller, customer));
        }
        return ending;
    }

    /** A gateway that has just come back may refuse a moment longer. */
    private static Map<String, String> ordersOf(Caller caller, String customer) throws IOException, InterruptedException {
        for (int attempt = 1; attempt < LIST_ATTEMPTS; attempt++) {
            try {
                return caller.ordersOf(customer);
            } catch (IOException _) {
                Thread.sleep(500);
            }
        }
        return caller.ordersOf(customer);
    }

    private static long count(List<Entry> entries, Phase phase) {
        return entries.stream().filter(it -> it.phase() == phase).count();
    }
}
