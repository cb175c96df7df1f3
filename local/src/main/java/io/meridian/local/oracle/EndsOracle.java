package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.PaymentStatus;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every order comes to an end: it is not pending, a confirmed one has its stock sold and its money captured, and nobody still waits for
 * the provider.
 */
final class EndsOracle implements Oracle {

    @Override
    public String name() {
        return "ends";
    }

    @Override
    public String holds() {
        return "every order is at an end: confirmed with its stock sold and its money taken, rejected or cancelled";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.STOCK, Section.MONEY);
    }

    @Override
    public String advice() {
        return "See whether all services run (`./meridian status`) and what they say about the order (`./meridian logs -n 100000 | grep ID`).";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var holds = Index.by(evidence.stock().holds(), Hold::order);
        var payments = Index.by(evidence.money().payments(), Payment::order);
        for (var order : evidence.orders()) {
            if (order.status() == OrderStatus.PENDING) {
                findings.add(Finding.unfinished(order.id(), "is pending"));
            } else if (order.status() == OrderStatus.CONFIRMED) {
                confirmed(order, holds.get(order.id()), payments.get(order.id()), findings);
            }
        }
        for (var payment : evidence.money().payments()) {
            if (payment.status().isUnfinished()) {
                findings.add(Finding.unfinished(payment.order(), "its payment is " + payment.status()));
            }
        }
        return findings;
    }

    private static void confirmed(
            Order order, @Nullable Hold hold, @Nullable Payment payment, List<Finding> findings) {
        if (hold == null || hold.status() != HoldStatus.COMMITTED) {
            findings.add(Finding.unfinished(
                    order.id(), "is confirmed, but its stock is " + (hold == null ? "not there" : hold.status())));
        }
        if (payment == null || !payment.status().isUnfinished() && payment.status() != PaymentStatus.CAPTURED) {
            findings.add(Finding.unfinished(
                    order.id(), "is confirmed, but its payment is " + (payment == null ? "not there" : payment.status())));
        }
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.orders().size() + " orders";
    }
}
