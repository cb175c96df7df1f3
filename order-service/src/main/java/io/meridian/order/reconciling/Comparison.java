package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import io.meridian.order.reconciling.Difference.Kind;
import io.meridian.order.reconciling.Entry.Held;
import io.meridian.order.reconciling.Entry.Holding;
import io.meridian.order.reconciling.Entry.Ordered;
import io.meridian.order.reconciling.Entry.Paid;
import io.meridian.order.reconciling.Entry.Paying;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the three have about one order, side by side.
 *
 * @param ordered null if there is no such order
 * @param paid null if nobody asked for money for it
 * @param held null if nothing was set aside for it
 */
record Comparison(OrderId id, @Nullable Ordered ordered, @Nullable Paid paid, @Nullable Held held) {

    List<Difference> differences() {
        var found = new ArrayList<Difference>(2);
        if (ordered == null) {
            orphans(found);
            return found;
        }
        switch (ordered.status()) {
            case PENDING -> pending(found);
            case CONFIRMED -> confirmed(ordered, found);
            case REJECTED, CANCELLED -> undone(ordered, found);
        }
        return found;
    }

    private void orphans(List<Difference> found) {
        if (paid != null) {
            add(found, Kind.PAYMENT_WITHOUT_ORDER, "there is no such order, and " + text(paid));
        }
        if (held != null) {
            add(found, Kind.HOLD_WITHOUT_ORDER, "there is no such order, and " + text(held));
        }
    }

    private void pending(List<Difference> found) {
        add(found, Kind.UNFINISHED_ORDER, "the order is PENDING, " + text(paid) + ", " + text(held));
        if (paid != null && (paid.state() == Paying.CAPTURED || paid.state() == Paying.REFUNDED)) {
            add(found, Kind.CAPTURED_BEFORE_CONFIRMED, "the order is PENDING, and " + text(paid));
        }
        if (held != null && (held.state() == Holding.COMMITTED || held.state() == Holding.RETURNED)) {
            add(found, Kind.SOLD_BEFORE_CONFIRMED, "the order is PENDING, and " + text(held));
        }
    }

    private void confirmed(Ordered order, List<Difference> found) {
        if (paid != null && paid.inFlight()) {
            add(found, Kind.UNFINISHED_PAYMENT, "the order is CONFIRMED, and " + text(paid));
        } else if (paid == null || paid.state() != Paying.CAPTURED) {
            add(found, Kind.NOT_CAPTURED, "the order is CONFIRMED, and " + text(paid));
        } else if (!paid.amount().equals(order.total())) {
            add(found, Kind.OTHER_AMOUNT, "the order costs " + order.total() + ", and " + text(paid));
        }
        if (held == null || held.state() != Holding.COMMITTED) {
            add(found, Kind.NOT_SOLD, "the order is CONFIRMED, and " + text(held));
        } else if (!held.lines().equals(order.lines())) {
            add(found, Kind.OTHER_LINES, "ordered were " + order.lines() + ", and sold are " + held.lines());
        }
    }

    private void undone(Ordered order, List<Difference> found) {
        if (paid != null && paid.isKept()) {
            add(found, Kind.KEEPS_MONEY, "the order is " + order.status() + ", and " + text(paid));
        }
        if (held != null && held.isKept()) {
            add(found, Kind.KEEPS_STOCK, "the order is " + order.status() + ", and " + text(held));
        }
    }

    private void add(List<Difference> found, Kind kind, String what) {
        found.add(new Difference(id, kind, what));
    }

    private static String text(@Nullable Paid paid) {
        return paid == null
                ? "there is no payment"
                : "its payment of %d %s is %s%s"
                        .formatted(
                                paid.amount().amount(),
                                paid.amount().currency(),
                                paid.state(),
                                paid.inFlight() ? ", in flight" : "");
    }

    private static String text(@Nullable Held held) {
        return held == null ? "there is no hold" : "its stock is " + held.state();
    }
}
