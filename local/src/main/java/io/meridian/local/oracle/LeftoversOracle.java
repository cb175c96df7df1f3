package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Movement;
import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An order that is rejected or cancelled keeps nothing: no hold, no sale, no reservation, no money. */
final class LeftoversOracle implements Oracle {

    @Override
    public String name() {
        return "leftovers";
    }

    @Override
    public String holds() {
        return "no rejected or cancelled order keeps stock or money";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.STOCK, Section.MONEY);
    }

    @Override
    public String advice() {
        return "Publish the order's event again or undo by hand what is left; `./meridian logs -n 100000 | grep ID` tells what was done.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var holds = Index.by(evidence.stock().holds(), Hold::order);
        var payments = Index.by(evidence.money().payments(), Payment::order);
        var movements = Index.grouped(evidence.money().movements(), Movement::order);
        for (var order : evidence.orders()) {
            if (order.status() == OrderStatus.REJECTED || order.status() == OrderStatus.CANCELLED) {
                stock(order, holds.get(order.id()), findings);
                money(
                        order,
                        payments.get(order.id()),
                        movements.getOrDefault(order.id(), List.of()),
                        findings);
            }
        }
        return findings;
    }

    private static void stock(Order order, @Nullable Hold hold, List<Finding> findings) {
        if (hold != null && (hold.status() == HoldStatus.HELD || hold.status() == HoldStatus.COMMITTED)) {
            findings.add(Finding.unfinished(order.id(), "is " + order.status() + ", but its stock is " + hold.status()));
        }
    }

    /** While payment is at it, {@link EndsOracle} tells. More than one capture is {@link MoneyOracle}'s to tell. */
    private static void money(
            Order order, @Nullable Payment payment, List<Movement> movements, List<Finding> findings) {
        if (payment != null && payment.status().isUnfinished()) {
            return;
        }
        var captured = MoneyOracle.count(movements, MovementKind.CAPTURED);
        if (captured == 1 && MoneyOracle.count(movements, MovementKind.REFUNDED) == 0) {
            findings.add(Finding.unfinished(order.id(), "is " + order.status() + ", but its money is captured"));
        }
        var reserved = MoneyOracle.count(movements, MovementKind.RESERVED);
        if (captured == 0 && reserved > MoneyOracle.count(movements, MovementKind.CANCELLED)) {
            findings.add(Finding.unfinished(order.id(), "is " + order.status() + ", but its money is reserved"));
        }
    }

    @Override
    public String judged(Evidence evidence) {
        var ended = evidence.orders().stream()
                .filter(it -> it.status() == OrderStatus.REJECTED || it.status() == OrderStatus.CANCELLED)
                .count();
        return ended + " rejected or cancelled orders";
    }
}
