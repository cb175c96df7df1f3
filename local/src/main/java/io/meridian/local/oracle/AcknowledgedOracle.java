package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.History.Call;
import io.meridian.local.oracle.History.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a client was told to be done is done: its order is there, and where it stands follows from what was told. */
final class AcknowledgedOracle implements Oracle {

    @Override
    public String name() {
        return "acknowledged";
    }

    @Override
    public String holds() {
        return "no acknowledged order or cancellation is lost";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.HISTORY, Section.ORDERS);
    }

    @Override
    public String advice() {
        return "An answer went out before its write was durable: look at the order service at the time of the call.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var orders = Index.by(evidence.orders(), Order::id);
        for (var call : evidence.history().calls()) {
            var id = call.order();
            if (id == null || !call.isAcknowledged()) {
                continue;
            }
            var order = orders.get(id);
            if (order == null) {
                findings.add(Finding.wrong(id, "was acknowledged at " + call.ended() + " and is not there"));
            } else if (!follows(call, order.status())) {
                findings.add(Finding.wrong(
                        id,
                        call.kind() + " was answered " + (call.state() == null ? call.status() : call.state()) + " at "
                                + call.ended() + ", and now it is " + order.status()));
            }
        }
        return findings;
    }

    private static boolean follows(Call call, OrderStatus now) {
        if (call.kind() == Kind.CANCEL) {
            return now == OrderStatus.CANCELLED;
        }
        return call.state() == null || mayBecome(call.state(), now);
    }

    /** The life of an order: what is confirmed can only be cancelled, what is rejected or cancelled stays so. */
    static boolean mayBecome(OrderStatus earlier, OrderStatus later) {
        return switch (earlier) {
            case PENDING -> true;
            case CONFIRMED -> later == OrderStatus.CONFIRMED || later == OrderStatus.CANCELLED;
            case REJECTED, CANCELLED -> later == earlier;
        };
    }

    @Override
    public String judged(Evidence evidence) {
        var acknowledged = evidence.history().calls().stream()
                .filter(it -> it.isAcknowledged() && it.order() != null)
                .count();
        return acknowledged + " acknowledged of " + evidence.history().calls().size() + " calls";
    }
}
