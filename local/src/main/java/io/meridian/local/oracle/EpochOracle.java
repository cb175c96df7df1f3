package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.Evidence.Write;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** Whoever was overtaken writes nothing any more: no write carries an older epoch than one before it, nor a newer than its order has. */
final class EpochOracle implements Oracle {

    @Override
    public String name() {
        return "epochs";
    }

    @Override
    public String holds() {
        return "no write carries an older epoch than one before it";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.WRITES);
    }

    @Override
    public String advice() {
        return "A driver that had lost its lease went on; whoever keeps the resource has to refuse it.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var orders = Index.by(evidence.orders(), Order::id);
        var newest = new HashMap<String, Long>();
        for (Write write : evidence.writes()) {
            var before = newest.merge(write.order() + " " + write.resource(), write.epoch(), Math::max);
            if (before > write.epoch()) {
                findings.add(Finding.wrong(
                        write.order(),
                        write.resource() + " were written with epoch " + write.epoch() + " after epoch " + before));
            }
            var order = orders.get(write.order());
            if (order != null && write.epoch() > order.epoch()) {
                findings.add(Finding.wrong(
                        write.order(),
                        write.resource() + " were written with epoch " + write.epoch() + ", but the order has reached only "
                                + order.epoch()));
            }
        }
        return findings;
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.writes().size() + " writes";
    }
}
