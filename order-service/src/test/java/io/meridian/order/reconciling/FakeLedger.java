package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Entries in the order of their ids, which remembers how it was asked. */
final class FakeLedger<T extends Entry> implements Ledger<T> {

    final TreeMap<OrderId, T> entries = new TreeMap<>();
    final List<Integer> asked = new ArrayList<>();
    Runnable beforeEach = () -> {};

    void put(T entry) {
        entries.put(entry.id(), entry);
    }

    @Override
    public List<T> after(@Nullable OrderId after, int limit) {
        beforeEach.run();
        asked.add(limit);
        var rest = after == null ? entries : entries.tailMap(after, false);
        return rest.values().stream().limit(limit).toList();
    }
}
