package io.meridian.simulation.database;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows by their primary key, and who has locked which. */
public final class Table<K, R extends Row> {

    final String name;
    final Map<K, R> committed = new LinkedHashMap<>();
    final Map<K, Transaction> locks = new LinkedHashMap<>();

    Table(String name) {
        this.name = name;
    }

    /** What is committed, for oracles and for reads that lock nothing. */
    public Map<K, R> rows() {
        return committed;
    }

    public @Nullable R row(K key) {
        return committed.get(key);
    }
}
