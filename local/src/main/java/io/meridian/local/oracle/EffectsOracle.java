package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.Published;
import io.meridian.local.oracle.Evidence.Said;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Each event that was heard had its effect once. The order service's log has one step for each announcement it heard, and inventory and
 * payment announced a sale, a capture and a refund once for each order.
 */
final class EffectsOracle implements Oracle {

    /** The step that an announcement leaves in an order's log. */
    private static final Map<String, String> STEPS = Map.of(
            "inventory.v1.StockCommitted", "STOCK_COMMITTED",
            "inventory.v1.StockReturned", "STOCK_RETURNED",
            "payment.v1.PaymentCaptured", "PAYMENT_CAPTURED",
            "payment.v1.PaymentVoided", "PAYMENT_VOIDED",
            "payment.v1.PaymentRefunded", "PAYMENT_REFUNDED");

    /** What happens to an order once, however often it is asked for; stock that is returned may have expired before. */
    private static final Set<String> ONCE = Set.of(
            "order.v1.OrderConfirmed",
            "order.v1.OrderRejected",
            "order.v1.OrderCancelled",
            "inventory.v1.StockCommitted",
            "payment.v1.PaymentCaptured",
            "payment.v1.PaymentRefunded");

    @Override
    public String name() {
        return "effects";
    }

    @Override
    public String holds() {
        return "each event that was heard had its effect once";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.EVENTS);
    }

    @Override
    public String advice() {
        return "An effect was committed without its inbox row, or apart from it; `./meridian logs -n 100000 | grep ID` tells how it came about.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var heard = heardSteps(evidence);
        for (var order : evidence.orders()) {
            var expected = heard.getOrDefault(order.id().toString(), Map.of());
            var found = new TreeMap<String, Integer>();
            order.steps().stream().filter(STEPS::containsValue).forEach(it -> found.merge(it, 1, Integer::sum));
            if (!expected.equals(found)) {
                findings.add(Finding.wrong(order.id(), "heard " + expected + ", but its log has " + found));
            }
            if (!order.numbered()) {
                findings.add(Finding.wrong(order.id(), "its log is not numbered from 1 without a gap: " + order.steps()));
            }
        }
        once(evidence.events().said(), findings);
        return findings;
    }

    /** By order, how often each step was heard. */
    private static Map<String, Map<String, Integer>> heardSteps(Evidence evidence) {
        Set<Heard> heard = new HashSet<>(evidence.events().heard());
        var counted = new HashSet<String>();
        var steps = new HashMap<String, Map<String, Integer>>();
        for (Published record : evidence.events().published()) {
            var step = STEPS.get(record.type());
            if (step == null || record.key() == null || !counted.add(record.id())) {
                continue;
            }
            for (var consumer : Consumer.of(record.topic())) {
                if (heard.contains(new Heard(consumer.id(), record.id()))) {
                    steps.computeIfAbsent(record.key(), _ -> new TreeMap<>()).merge(step, 1, Integer::sum);
                }
            }
        }
        return steps;
    }

    private static void once(List<Said> said, List<Finding> findings) {
        var counts = new HashMap<String, Integer>();
        for (var it : said) {
            if (ONCE.contains(it.type()) && counts.merge(it.aggregate() + " " + it.type(), 1, Integer::sum) == 2) {
                findings.add(Finding.wrong(it.aggregate(), it.type() + " was announced more than once"));
            }
        }
    }

    @Override
    public String judged(Evidence evidence) {
        var steps = evidence.orders().stream().mapToLong(it -> it.steps().size()).sum();
        return steps + " steps of " + evidence.orders().size() + " orders";
    }
}
