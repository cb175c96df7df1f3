package io.meridian.system.history;

import io.meridian.system.history.Entry.Action;
import io.meridian.system.history.Entry.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients were told must fit together, and fit to how the orders ended. Two operations are compared only if one had ended before
 * the other began: of what overlaps nobody can tell which came first.
 *
 * <p>Knows nothing of the platform's insides; money and stock are for those who see the databases.
 */
public final class HistoryChecker {

    /** An order that was answered with 201 exists and stays what the client was told, unless it is cancelled. */
    public static final String LOST = "an acknowledged order is never lost";

    public static final String TWO_ANSWERS = "the same key has the same answer";
    public static final String OTHER_BODY = "a key that was used is refused to another body";
    public static final String TWO_ORDERS = "a key makes at most one order";
    public static final String BACK = "an order's status never goes back";
    public static final String UNFINISHED = "every order reaches an end";

    private static final String CONFIRMED = "CONFIRMED";
    private static final String CANCELLED = "CANCELLED";
    private static final String PENDING = "PENDING";
    private static final String REJECTED = "REJECTED";

    /** What may be seen of an order after this was seen. */
    private static final Map<String, Set<String>> AFTER = Map.of(
            PENDING, Set.of(PENDING, CONFIRMED, REJECTED, CANCELLED),
            CONFIRMED, Set.of(CONFIRMED, CANCELLED),
            REJECTED, Set.of(REJECTED),
            CANCELLED, Set.of(CANCELLED));

    private HistoryChecker() {}

    /** An operation that has ended, with both its times. */
    private record Done(Entry entry, long begunNanos) {

        boolean isBefore(Done other) {
            return entry.atNanos() < other.begunNanos;
        }

        /** What this shows of its order's status; empty if nothing. */
        String status() {
            return entry.phase() == Phase.OK ? entry.told() : "";
        }

        @Override
        public String toString() {
            return "operation " + entry.operation() + " (" + entry.action() + " " + entry.http() + " " + entry.told() + ")";
        }
    }

    /**
     * Checks a history whose clients have stopped.
     *
     * @param ending the status of every order that exists, after everything has healed, by id
     */
    public static List<Violation> check(List<Entry> history, Map<String, String> ending) {
        var done = completed(history);
        var violations = new ArrayList<Violation>();
        ending.forEach((order, status) -> {
            if (status.equals(PENDING)) {
                violations.add(new Violation(UNFINISHED, "order " + order + " is PENDING"));
            }
        });
        var keys = history.stream()
                .filter(it -> it.action() == Action.PLACE)
                .map(Entry::key)
                .distinct()
                .count();
        if (ending.size() > keys) {
            violations.add(new Violation(TWO_ORDERS, ending.size() + " orders of " + keys + " keys"));
        }
        checkAcknowledged(done, ending, violations);
        checkKeys(done, violations);
        checkOrders(done, violations);
        return violations;
    }

    /**
     * The share of answers that came later than their deadline and {@code graceMillis}, of all that came; 0 if none came.
     */
    public static double shareOfLate(List<Entry> history, long graceMillis) {
        var answered = completed(history).stream().filter(it -> it.entry().http() > 0).toList();
        var late = answered.stream()
                .filter(it -> it.entry().atNanos() - it.begunNanos()
                        > (it.entry().deadlineMillis() + graceMillis) * 1_000_000)
                .count();
        return answered.isEmpty() ? 0 : (double) late / answered.size();
    }

    private static List<Done> completed(List<Entry> history) {
        var begun = new HashMap<Long, Long>();
        var done = new ArrayList<Done>();
        for (var entry : history) {
            if (entry.phase() == Phase.INVOKE) {
                begun.put(entry.operation(), entry.atNanos());
            } else {
                done.add(new Done(entry, begun.getOrDefault(entry.operation(), 0L)));
            }
        }
        return done;
    }

    private static void checkAcknowledged(List<Done> done, Map<String, String> ending, List<Violation> violations) {
        for (var each : done) {
            var entry = each.entry();
            if (entry.action() == Action.PLACE && entry.phase() == Phase.OK) {
                var status = ending.getOrDefault(entry.order(), "not there");
                if (!status.equals(CONFIRMED) && !status.equals(CANCELLED)) {
                    violations.add(new Violation(LOST, each + " acknowledged order " + entry.order() + ", which is " + status));
                }
            }
        }
    }

    private static void checkKeys(List<Done> done, List<Violation> violations) {
        var byKey = new TreeMap<String, List<Done>>();
        done.stream()
                .filter(it -> it.entry().action() == Action.PLACE)
                .forEach(it -> byKey.computeIfAbsent(it.entry().key(), _ -> new ArrayList<>()).add(it));
        byKey.forEach((key, all) -> {
            var orders = all.stream()
                    .map(it -> it.entry().order())
                    .filter(it -> !it.isEmpty())
                    .distinct()
                    .toList();
            if (orders.size() > 1) {
                violations.add(new Violation(TWO_ORDERS, "key " + key + " has the orders " + orders));
            }
            for (var first : all) {
                all.stream().filter(first::isBefore).forEach(later -> compare(key, first, later, violations));
            }
        });
    }

    private static void compare(String key, Done first, Done later, List<Violation> violations) {
        if (!isFinal(first) || !isFinal(later)) {
            return;
        }
        if (!first.entry().body().equals(later.entry().body())) {
            if (isReuse(first) == isReuse(later)) {
                violations.add(new Violation(OTHER_BODY, "key " + key + ": " + first + ", then with another body " + later));
            }
        } else if (isReuse(first) != isReuse(later)
                || first.entry().http() != later.entry().http()
                || !first.entry().told().equals(later.entry().told())
                || !first.entry().order().equals(later.entry().order())) {
            violations.add(new Violation(TWO_ANSWERS, "key " + key + ": " + first + ", then " + later));
        }
    }

    private static boolean isFinal(Done done) {
        return done.entry().phase() == Phase.OK || done.entry().phase() == Phase.FAIL;
    }

    private static boolean isReuse(Done done) {
        return done.entry().http() == 422;
    }

    private static void checkOrders(List<Done> done, List<Violation> violations) {
        var byOrder = new TreeMap<String, List<Done>>();
        done.stream()
                .filter(it -> !it.entry().order().isEmpty())
                .forEach(it -> byOrder.computeIfAbsent(it.entry().order(), _ -> new ArrayList<>()).add(it));
        byOrder.forEach((order, all) -> {
            all.sort(Comparator.comparingLong(it -> it.entry().atNanos()));
            for (var first : all) {
                all.stream()
                        .filter(first::isBefore)
                        // A repeat tells how it was when the order was placed.
                        .filter(it -> it.entry().action() != Action.PLACE)
                        .forEach(later -> compareStatus(order, first, later, violations));
            }
        });
    }

    private static void compareStatus(String order, Done first, Done later, List<Violation> violations) {
        var hasVanished = later.entry().action() == Action.READ && later.entry().http() == 404;
        var hasGoneBack = !first.status().isEmpty()
                && !later.status().isEmpty()
                && !AFTER.getOrDefault(first.status(), Set.of()).contains(later.status());
        if (hasVanished || hasGoneBack) {
            violations.add(new Violation(BACK, "order " + order + ": " + first + ", then " + later));
        }
    }
}
