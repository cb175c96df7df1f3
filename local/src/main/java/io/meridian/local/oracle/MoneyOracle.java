package io.meridian.local.oracle;

import static io.meridian.local.oracle.Evidence.OrderStatus.CONFIRMED;

import io.meridian.local.oracle.Evidence.Movement;
import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.PaymentStatus;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was captured and not refunded is what the confirmed orders cost. Judged at the provider's ledger, where money really moves, order
 * by order; because every movement belongs to one order and every order agrees, the sums agree.
 *
 * <p>An order whose payment is not at its end is {@link EndsOracle}'s to tell, and one that has ended without an effect
 * {@link LeftoversOracle}'s.
 */
final class MoneyOracle implements Oracle {

    @Override
    public String name() {
        return "money";
    }

    @Override
    public String holds() {
        return "captured - refunded = the total of each confirmed order, captured once at most, and nothing for anybody else";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.MONEY);
    }

    @Override
    public String advice() {
        return "Refund what was captured too much; `./meridian logs -n 100000 | grep ID` tells how it came about.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var orders = Index.by(evidence.orders(), Order::id);
        var payments = Index.by(evidence.money().payments(), Payment::order);
        var movements = Index.grouped(evidence.money().movements(), Movement::order);
        evidence.money().movements().stream()
                .filter(it -> it.order() == null)
                .forEach(it -> findings.add(Finding.wrong(
                        it.reference(), "the provider has " + it.kind() + " " + amount(it.amount(), it.currency())
                                + " that no payment asked for")));
        for (var moved : movements.entrySet()) {
            var order = orders.get(moved.getKey());
            once(moved.getKey(), moved.getValue(), findings);
            if (order == null) {
                findings.add(Finding.wrong(moved.getKey(), "money moved and there is no such order"));
            }
        }
        evidence.money().payments().stream()
                .map(Payment::order)
                .filter(it -> !orders.containsKey(it) && !movements.containsKey(it))
                .forEach(it -> findings.add(Finding.wrong(it, "there is a payment and no such order")));
        for (var order : evidence.orders()) {
            balance(order, payments.get(order.id()), movements.getOrDefault(order.id(), List.of()), findings);
        }
        return findings;
    }

    private static void once(UUID order, List<Movement> movements, List<Finding> findings) {
        var captures = count(movements, MovementKind.CAPTURED);
        var refunds = count(movements, MovementKind.REFUNDED);
        if (captures > 1) {
            findings.add(Finding.wrong(order, "captured once at most, but was captured " + captures + " times"));
        }
        if (refunds > captures) {
            findings.add(Finding.wrong(order, "captured " + captures + " times and refunded " + refunds + " times"));
        }
    }

    private static void balance(
            Order order, @Nullable Payment payment, List<Movement> movements, List<Finding> findings) {
        var kept = kept(movements);
        var captures = count(movements, MovementKind.CAPTURED);
        if (captures > 1) {
            return; // told above, and every sum follows from it
        }
        if (order.status() == CONFIRMED && payment != null && payment.status() == PaymentStatus.CAPTURED) {
            var expected = Map.of(String.valueOf(order.currency()), order.total() == null ? 0L : order.total());
            if (!kept.equals(expected)) {
                findings.add(Finding.wrong(
                        order.id(), "costs " + text(expected) + ", but captured - refunded is " + text(kept)));
            }
        }
        if (order.status() == OrderStatus.PENDING && captures > 0) {
            findings.add(Finding.wrong(order.id(), "money was captured before it was confirmed: " + text(kept)));
        }
    }

    /** By currency; a currency of which nothing is left is not there. */
    static Map<String, Long> kept(List<Movement> movements) {
        var kept = movements.stream()
                .collect(Collectors.groupingBy(Movement::currency, Collectors.summingLong(MoneyOracle::sign)));
        kept.values().removeIf(it -> it == 0);
        return kept;
    }

    private static long sign(Movement movement) {
        return switch (movement.kind()) {
            case CAPTURED -> movement.amount();
            case REFUNDED -> -movement.amount();
            case RESERVED, CANCELLED -> 0;
        };
    }

    static long count(List<Movement> movements, MovementKind kind) {
        return movements.stream().filter(it -> it.kind() == kind).count();
    }

    @Override
    public String judged(Evidence evidence) {
        var confirmed = evidence.orders().stream().filter(it -> it.status() == CONFIRMED).count();
        return text(kept(evidence.money().movements())) + " kept for " + confirmed + " confirmed of "
                + evidence.orders().size() + " orders";
    }

    private static String text(Map<String, Long> amounts) {
        return amounts.isEmpty()
                ? "nothing"
                : amounts.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(it -> amount(it.getValue(), it.getKey()))
                        .collect(Collectors.joining(" and "));
    }

    private static String amount(long minor, String currency) {
        return String.format(
                Locale.ROOT, "%s%d.%02d %s", minor < 0 ? "-" : "", Math.abs(minor) / 100, Math.abs(minor) % 100, currency);
    }
}
