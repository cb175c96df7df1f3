package io.meridian.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One version of a map. It never changes, so whatever is read from one object belongs together, over as many keys and for as long as the
 * reader likes; a newer version is another object.
 *
 * <p>{@link #get} takes no lock and makes no object.
 *
 * @param <K> keys
 * @param <V> values
 */
public final class Snapshot<K, V> {

    private final long version;
    private final ShardedMap<K, V> entries;

    Snapshot(long version, ShardedMap<K, V> entries) {
        this.version = version;
        this.entries = entries;
    }

    /** Counts the versions of one store from 0, which is empty. */
    public long version() {
        return version;
    }

    /** Null if this version has no such key. */
    public @Nullable V get(K key) {
        return entries.get(key);
    }

    public int size() {
        return entries.size();
    }

    /** Every entry once, in no order that means anything. */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        entries.forEach(action);
    }

    /** A copy in the order of the keys: for pages, not for every request. */
    public <C extends Comparable<? super C>> List<V> inOrderOf(Function<? super K, ? extends C> order) {
        var sorted = new TreeMap<C, V>();
        forEach((key, value) -> sorted.put(order.apply(key), value));
        return List.copyOf(sorted.values());
    }

    /** What is otherwise here than in {@code older}, which may be a version of another store. Costs as much as there are entries. */
    public List<Difference<K, V>> since(Snapshot<K, V> older) {
        var differences = new ArrayList<Difference<K, V>>();
        entries.forEach((key, value) -> {
            if (!entries.sharesShardOf(key, older.entries)) {
                var before = older.get(key);
                if (!value.equals(before)) {
                    differences.add(new Difference<>(key, before, value));
                }
            }
        });
        older.entries.forEach((key, before) -> {
            if (!entries.sharesShardOf(key, older.entries) && get(key) == null) {
                differences.add(new Difference<>(key, before, null));
            }
        });
        return differences;
    }

    /**
     * A key that two versions disagree about.
     *
     * @param before null if the older one does not have it
     * @param after null if the newer one does not have it
     */
    public record Difference<K, V>(K key, @Nullable V before, @Nullable V after) {}

    ShardedMap<K, V> entries() {
        return entries;
    }

    static <K, V> Snapshot<K, V> empty() {
        return new Snapshot<>(0, ShardedMap.of(Map.of()));
    }
}
