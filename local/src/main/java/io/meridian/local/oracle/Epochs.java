package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the epochs of orders and of what they asked for were at each look, as the writes they must come from: the first sight of one, and
 * each change since.
 */
final class Epochs {

    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Long> seen = new HashMap<>();

    List<Write> after(List<Write> resources, List<Order> orders) {
        resources.forEach(this::note);
        orders.forEach(it -> note(new Write(it.id(), "orders", it.epoch())));
        return writes;
    }

    private void note(Write write) {
        var before = seen.put(write.order() + write.resource(), write.epoch());
        if (before == null || before != write.epoch()) {
            writes.add(write);
        }
    }
}
