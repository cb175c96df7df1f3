package io.meridian.order.reconciling;

import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Sku;
import io.meridian.order.model.Status;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one of the three has about one order. */
public sealed interface Entry {

    OrderId id();

    /**
     * The order itself.
     *
     * @param total null until a hold has named the prices
     * @param lines in any order
     */
    record Ordered(OrderId id, Status status, @Nullable Money total, List<Line> lines) implements Entry {

        public Ordered {
            lines = sorted(lines);
        }
    }

    /** The states of a payment, as payment tells them. */
    enum Paying {
        AUTHORISED,
        CAPTURED,
        VOIDED,
        REFUNDED,
        DECLINED,
        UNKNOWN
    }

    /**
     * Its payment.
     *
     * @param inFlight whether the provider was asked for something of which the outcome is not known
     */
    record Paid(OrderId id, Paying state, Money amount, boolean inFlight) implements Entry {

        boolean isKept() {
            return switch (state) {
                case AUTHORISED, CAPTURED, UNKNOWN -> true;
                case VOIDED, REFUNDED, DECLINED -> false;
            };
        }
    }

    /** The states of a hold, as inventory tells them. */
    enum Holding {
        HELD,
        COMMITTED,
        RELEASED,
        EXPIRED,
        RETURNED
    }

    /**
     * Its stock.
     *
     * @param lines in any order; none once nothing belongs to the order any more
     */
    record Held(OrderId id, Holding state, List<Line> lines) implements Entry {

        public Held {
            lines = sorted(lines);
        }

        boolean isKept() {
            return state == Holding.HELD || state == Holding.COMMITTED;
        }
    }

    private static List<Line> sorted(List<Line> lines) {
        return lines.stream().sorted(Comparator.comparing(Line::sku, Comparator.comparing(Sku::value))).toList();
    }
}
