package io.meridian.snapshot;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of which a changed copy is cheap: the entries lie in about √n small tables, and a copy shares all of them but those
 * in which something changed. To change one of n entries costs the array of tables and one table, about 2√n words each.
 *
 * <p>Reading is two array reads and a few comparisons, without a node to follow: a table is open addressing with linear probing
 * (Knuth, TAOCP 3, 6.4, algorithm L) in one array of keys and values, at most half full. There is nothing to remove: a table without an
 * entry is built anew.
 *
 * @param <K> keys, with {@code equals} and {@code hashCode} that do not change
 * @param <V> values
 */
final class ShardedMap<K, V> {

    /** 2^32 divided by the golden ratio: spreads what hash codes of similar keys have in common (Knuth, 6.4, multiplicative hashing). */
    private static final int GOLDEN = 0x9E3779B9;

    private static final Object[] EMPTY = new Object[4];

    private final Object[][] shards;

    /** 32 less the binary logarithm of the number of shards: the highest bits of a spread hash choose the shard. */
    private final int shift;

    private final int size;

    private ShardedMap(Object[][] shards, int size) {
        this.shards = shards;
        this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(shards.length);
        this.size = size;
    }

    /** A copy of {@code entries}. */
    static <K, V> ShardedMap<K, V> of(Map<K, V> entries) {
        var builder = new ShardedMap<K, V>(shardsFor(entries.size()), 0).change();
        entries.forEach(builder::put);
        return builder.done();
    }

    int size() {
        return size;
    }

    @Nullable V get(K key) {
        int hash = key.hashCode() * GOLDEN;
        var table = shards[index(hash, shift)];
        for (int slot = slot(hash, table); ; slot = next(slot, table)) {
            var found = table[slot];
            if (found == null) {
                return null;
            }
            if (found == key || found.equals(key)) {
                return value(table[slot + 1]);
            }
        }
    }

    void forEach(BiConsumer<? super K, ? super V> action) {
        for (var table : shards) {
            for (int slot = 0; slot < table.length; slot += 2) {
                if (table[slot] != null) {
                    K key = value(table[slot]);
                    V value = value(table[slot + 1]);
                    action.accept(key, value);
                }
            }
        }
    }

    /** Whether both have the same shard at the place of this key, and so the same value of it. */
    boolean sharesShardOf(K key, ShardedMap<K, V> other) {
        int hash = key.hashCode() * GOLDEN;
        return shift == other.shift && shards[index(hash, shift)] == other.shards[index(hash, shift)];
    }

    /** How many tables the two have in common. */
    int shared(ShardedMap<K, V> other) {
        int shared = 0;
        for (int i = 0; i < Math.min(shards.length, other.shards.length); i++) {
            if (shards[i] == other.shards[i]) {
                shared++;
            }
        }
        return shared;
    }

    Builder<K, V> change() {
        return new Builder<>(this);
    }

    /** A changed copy in the making; for one thread. */
    static final class Builder<K, V> {

        private final ShardedMap<K, V> base;
        private final Object[][] shards;
        private final boolean[] own;
        private int size;

        private Builder(ShardedMap<K, V> base) {
            this.base = base;
            this.shards = base.shards.clone();
            this.own = new boolean[shards.length];
            this.size = base.size;
        }

        void put(K key, V value) {
            int hash = key.hashCode() * GOLDEN;
            int index = index(hash, base.shift);
            var table = own[index] ? shards[index] : shards[index].clone();
            int slot = find(table, key, hash);
            if (table[slot] == null) {
                size++;
                table[slot] = key;
            }
            table[slot + 1] = value;
            shards[index] = grown(table);
            own[index] = true;
        }

        void remove(K key) {
            int hash = key.hashCode() * GOLDEN;
            int index = index(hash, base.shift);
            var table = shards[index];
            if (table[find(table, key, hash)] == null) {
                return;
            }
            var rest = new Object[table.length];
            for (int slot = 0; slot < table.length; slot += 2) {
                if (table[slot] != null && !table[slot].equals(key)) {
                    enter(rest, table[slot], table[slot + 1]);
                }
            }
            shards[index] = rest;
            own[index] = true;
            size--;
        }

        /** Shards that became too full, or too many, are dealt out anew. */
        ShardedMap<K, V> done() {
            var done = new ShardedMap<K, V>(shards, size);
            int wanted = shardsFor(size).length;
            if (wanted <= shards.length * 2 && wanted * 4 > shards.length) {
                return done;
            }
            var again = new ShardedMap<K, V>(shardsFor(size), 0).change();
            done.forEach(again::put);
            return new ShardedMap<>(again.shards, size);
        }

        /** Twice as large when half full: a slot that is empty ends every search. */
        private static Object[] grown(Object[] table) {
            int entries = 0;
            for (int slot = 0; slot < table.length; slot += 2) {
                if (table[slot] != null) {
                    entries++;
                }
            }
            if (entries * 4 <= table.length) {
                return table;
            }
            var larger = new Object[table.length * 2];
            for (int slot = 0; slot < table.length; slot += 2) {
                if (table[slot] != null) {
                    enter(larger, table[slot], table[slot + 1]);
                }
            }
            return larger;
        }

        private static void enter(Object[] table, Object key, Object value) {
            int slot = find(table, key, key.hashCode() * GOLDEN);
            table[slot] = key;
            table[slot + 1] = value;
        }
    }

    private static Object[][] shardsFor(int size) {
        int root = Math.max(1, (int) Math.sqrt(size));
        var shards = new Object[Math.max(4, Integer.highestOneBit(root) * 2)][];
        Arrays.fill(shards, EMPTY);
        return shards;
    }

    /** Where the key is, or the empty slot where it would be. */
    private static int find(Object[] table, Object key, int hash) {
        int slot = slot(hash, table);
        while (table[slot] != null && !table[slot].equals(key)) {
            slot = next(slot, table);
        }
        return slot;
    }

    private static int index(int hash, int shift) {
        return hash >>> shift;
    }

    /** From the middle of the hash, because its top has chosen the shard; always even. */
    private static int slot(int hash, Object[] table) {
        return hash >>> 10 & table.length - 2;
    }

    private static int next(int slot, Object[] table) {
        return slot + 2 & table.length - 1;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what is in a table was put there as K or V
    private static <T> T value(Object held) {
        return (T) held;
    }
}
