package io.meridian.order.viewing;

import io.meridian.order.model.Cancellation;
import java.util.EnumSet;
import java.util.Set;
import io.meridian.order.model.Step;
import org.jspecify.annotations.Nullable;

/**
 * Which steps of an order were seen, and so whether more will come by itself.
 *
 * <p>A rejected order is over: whatever else comes gives back what nobody was promised. So is one cancelled before it was confirmed.
 * A confirmed one is over when its stock is sold and its money captured; one cancelled after that, when whatever was done is
 * undone, which leaves out what could not be done in the first place.
 */
record Progress(Set<Step> seen, @Nullable String cancelledBecause) {

    static final Progress NONE = new Progress(Set.of(), null);

    Progress after(Update update) {
        var more = EnumSet.of(update.step());
        more.addAll(seen);
        return new Progress(
                Set.copyOf(more), update.step() == Step.CANCELLED ? update.reason() : cancelledBecause);
    }

    boolean isOver() {
        if (seen.contains(Step.REJECTED)) {
            return true;
        }
        if (seen.contains(Step.CANCELLED)) {
            return !seen.contains(Step.CONFIRMED) || isStockBack() && isMoneyBack();
        }
        return seen.contains(Step.STOCK_COMMITTED) && seen.contains(Step.PAYMENT_CAPTURED);
    }

    private boolean isStockBack() {
        return seen.contains(Step.STOCK_RETURNED) || Cancellation.STOCK_LOST.code().equals(cancelledBecause);
    }

    private boolean isMoneyBack() {
        return seen.contains(Step.PAYMENT_VOIDED)
                || seen.contains(Step.PAYMENT_REFUNDED)
                || Cancellation.CAPTURE_FAILED.code().equals(cancelledBecause);
    }
}
