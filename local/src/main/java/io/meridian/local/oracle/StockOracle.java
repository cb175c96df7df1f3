package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Line;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * No piece appears or disappears: each product's pieces are on hand, held by an open hold, or sold to an order that is confirmed or is
 * being taken back. The table of stock and the holds are read as of one moment, so what disagrees there is wrong at once.
 */
final class StockOracle implements Oracle {

    @Override
    public String name() {
        return "stock";
    }

    @Override
    public String holds() {
        return "on hand + held + sold = what there was, never negative; held = open holds, sold = committed ones of confirmed orders";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.ORDERS, Section.STOCK);
    }

    @Override
    public String advice() {
        return "Compare inventory's tables stock and hold_lines for the product, and correct the stock.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var held = new HashMap<String, Long>();
        var sold = new HashMap<String, Long>();
        for (var hold : evidence.stock().holds()) {
            var place = hold.status() == HoldStatus.HELD ? held : hold.status() == HoldStatus.COMMITTED ? sold : null;
            if (place != null) {
                hold.lines().forEach(it -> place.merge(it.sku(), it.quantity(), Long::sum));
            }
        }
        for (var product : evidence.stock().products()) {
            if (product.onHand() < 0 || product.held() < 0 || product.sold() < 0) {
                findings.add(Finding.wrong(product.sku(), "never negative, was " + product));
            }
            if (product.onHand() + product.held() + product.sold() != product.initial()) {
                findings.add(Finding.wrong(
                        product.sku(),
                        "%d on hand + %d held + %d sold is not the %d there were"
                                .formatted(product.onHand(), product.held(), product.sold(), product.initial())));
            }
            compare(product.sku(), "held", product.held(), held, findings);
            compare(product.sku(), "sold", product.sold(), sold, findings);
        }
        var orders = Index.by(evidence.orders(), Order::id);
        for (var hold : evidence.stock().holds()) {
            belongs(hold, orders, findings);
        }
        return findings;
    }

    private static void compare(
            String sku, String place, long inTheTable, Map<String, Long> byHolds, List<Finding> findings) {
        var counted = byHolds.getOrDefault(sku, 0L);
        if (inTheTable != counted) {
            findings.add(Finding.wrong(sku, inTheTable + " pieces " + place + ", but the holds make " + counted));
        }
    }

    private static void belongs(Hold hold, Map<?, Order> orders, List<Finding> findings) {
        if (hold.status() != HoldStatus.HELD && hold.status() != HoldStatus.COMMITTED) {
            return;
        }
        var order = orders.get(hold.order());
        if (order == null) {
            findings.add(Finding.wrong(hold.order(), "stock is " + hold.status() + " and there is no such order"));
            return;
        }
        if (!order.lines().equals(hold.lines())) {
            findings.add(Finding.wrong(
                    hold.order(), "ordered " + text(order.lines()) + ", but " + text(hold.lines()) + " is " + hold.status()));
        }
        if (hold.status() == HoldStatus.COMMITTED && order.status() == OrderStatus.PENDING) {
            findings.add(Finding.wrong(hold.order(), "stock was sold before the order was confirmed"));
        }
    }

    private static String text(List<Line> lines) {
        return lines.stream().map(it -> it.quantity() + " " + it.sku()).collect(Collectors.joining(" + "));
    }

    @Override
    public String judged(Evidence evidence) {
        var pieces = evidence.stock().products().stream().mapToLong(Evidence.Product::sold).sum();
        return evidence.stock().products().size() + " products, " + evidence.stock().holds().size() + " holds, " + pieces
                + " pieces sold";
    }
}
