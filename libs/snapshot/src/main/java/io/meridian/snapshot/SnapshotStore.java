package io.meridian.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The newest {@link Snapshot} of a map, and the last {@value #KEPT} of them.
 *
 * <p>One writer at a time: changes are computed from the newest version and published by compare-and-set on it, so that a second writer
 * that gets between is found out ({@link ConcurrentModificationException}) and nothing it did is lost. Readers wait for nobody and make
 * no object: {@link #current()} is one volatile read. A version is never altered after it was published.
 *
 * <p>Values say themselves how new they are: a change is applied only if it is newer than what is known of its key, so late and repeated
 * ones do nothing but be counted. What {@link #replace} brings is taken as it is.
 *
 * <p>Where single keys are read and nothing has to fit together, a {@link java.util.concurrent.ConcurrentHashMap} does as well; the rule
 * is in this room's README.
 *
 * @param <K> keys, with {@code equals} and {@code hashCode} that do not change
 * @param <V> immutable values
 */
public final class SnapshotStore<K, V> {

    /** How many versions are kept to compare with and to go back to; they share what did not change. */
    public static final int KEPT = 8;

    /** How many removals are remembered, to tell late changes of removed keys; if there are more, all are forgotten. */
    private static final int MOST_REMOVALS = 10_000;

    private final ToLongFunction<? super V> versionOf;
    private final AtomicReference<Snapshot<K, V>> current;
    private final AtomicReferenceArray<@Nullable Snapshot<K, V>> ring = new AtomicReferenceArray<>(KEPT);

    /** Of keys that are gone, for the writer only. */
    private final Map<K, Long> removals = new HashMap<>();

    private volatile long applied;
    private volatile long stale;

    /** @param versionOf how new a value is; grows with every change of its key */
    public SnapshotStore(ToLongFunction<? super V> versionOf) {
        this.versionOf = versionOf;
        Snapshot<K, V> first = Snapshot.empty();
        this.current = new AtomicReference<>(first);
        ring.set(0, first);
    }

    /** The newest version. */
    public Snapshot<K, V> current() {
        return current.get();
    }

    /**
     * Applies those of {@code changes} that are newer than what is known, all in one new version; makes none if there are none.
     *
     * @return how many were applied
     * @throws ConcurrentModificationException if somebody else wrote meanwhile; nothing was applied
     */
    public int apply(Collection<? extends Change<K, V>> changes) {
        var base = current.get();
        var next = base.entries().change();
        // What this batch has said of a key so far; the base says the rest.
        var seen = HashMap.<K, Long>newHashMap(changes.size());
        var gone = new HashMap<K, Long>();
        int newer = 0;
        for (Change<K, V> change : changes) {
            long version = version(change);
            var known = known(change.key(), seen, base);
            if (known != null && version <= known) {
                continue;
            }
            newer++;
            seen.put(change.key(), version);
            switch (change) {
                case Change.Put<K, V>(var key, var value) -> {
                    next.put(key, value);
                    gone.remove(key);
                }
                case Change.Removed<K, V>(var key, var at) -> {
                    next.remove(key);
                    gone.put(key, at);
                }
            }
        }
        if (newer > 0) {
            publish(base, next.done());
            remember(seen, gone);
        }
        count(newer, changes.size() - newer);
        return newer;
    }

    /**
     * Puts {@code entries} in the place of everything there is, in one new version.
     *
     * @return how many keys were otherwise before: other values, missing, or too many
     * @throws ConcurrentModificationException if somebody else wrote meanwhile; nothing was replaced
     */
    public int replace(Map<K, V> entries) {
        var base = current.get();
        var next = new Snapshot<>(base.version() + 1, ShardedMap.of(entries));
        int different = next.since(base).size();
        publish(base, next);
        removals.clear();
        return different;
    }

    /**
     * Makes what version {@code version} had the newest version again, under a new number.
     *
     * @return false if it is not kept any more
     * @throws ConcurrentModificationException if somebody else wrote meanwhile
     */
    public boolean rollBackTo(long version) {
        var base = current.get();
        var old = kept(version);
        if (old.isEmpty()) {
            return false;
        }
        publish(base, old.get().entries());
        removals.clear();
        return true;
    }

    /** Version {@code version}, if it is kept. */
    public Optional<Snapshot<K, V>> kept(long version) {
        var found = ring.get(slot(version));
        return found != null && found.version() == version ? Optional.of(found) : Optional.empty();
    }

    /** The versions that are kept, newest first; while one is being published it may be missing for a moment. */
    public List<Snapshot<K, V>> kept() {
        var all = new ArrayList<Snapshot<K, V>>(KEPT);
        for (int i = 0; i < KEPT; i++) {
            var snapshot = ring.get(i);
            if (snapshot != null) {
                all.add(snapshot);
            }
        }
        all.sort(Comparator.<Snapshot<K, V>>comparingLong(Snapshot::version).reversed());
        return List.copyOf(all);
    }

    /** How many changes were newer than what was known, since the beginning. */
    public long applied() {
        return applied;
    }

    /** How many changes were not: late or repeated. */
    public long stale() {
        return stale;
    }

    private long version(Change<K, V> change) {
        return switch (change) {
            case Change.Put<K, V> put -> versionOf.applyAsLong(put.value());
            case Change.Removed<K, V> removed -> removed.version();
        };
    }

    private @Nullable Long known(K key, Map<K, Long> seen, Snapshot<K, V> base) {
        var inThisBatch = seen.get(key);
        if (inThisBatch != null) {
            return inThisBatch;
        }
        var value = base.get(key);
        return value != null ? Long.valueOf(versionOf.applyAsLong(value)) : removals.get(key);
    }

    private void remember(Map<K, Long> seen, Map<K, Long> gone) {
        removals.keySet().removeAll(seen.keySet());
        removals.putAll(gone);
        if (removals.size() > MOST_REMOVALS) {
            removals.clear();
        }
    }

    private void publish(Snapshot<K, V> base, ShardedMap<K, V> entries) {
        publish(base, new Snapshot<>(base.version() + 1, entries));
    }

    private void publish(Snapshot<K, V> base, Snapshot<K, V> next) {
        if (!current.compareAndSet(base, next)) {
            throw new ConcurrentModificationException("a store has one writer; version %d was written while %d was being made"
                    .formatted(Objects.requireNonNull(current.get()).version(), next.version()));
        }
        ring.set(slot(next.version()), next);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // there is one writer
    private void count(int newer, int late) {
        applied += newer;
        stale += late;
    }

    private static int slot(long version) {
        return (int) (version % KEPT);
    }
}
