package io.meridian.benchmarks.snapshot;

import io.meridian.snapshot.Change;
import io.meridian.snapshot.SnapshotStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading one key: of a snapshot, of a map behind a read-write lock, of a ConcurrentHashMap; alone, and beside a writer who changes one key
 * and rests 100 µs, 200 times as busy as the platform's 50 changes a second.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotReading {

    /** A product. */
    public record Item(long onHand, long version) {}

    @Param({"1000", "100000"})
    private int keys;

    private final SnapshotStore<String, Item> store = new SnapshotStore<>(Item::version);
    private final Map<String, Item> locked = new HashMap<>();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, Item> concurrent = new ConcurrentHashMap<>();
    private String[] names = {};
    private long version;

    /** Where a reader is; keys are read in a row that has nothing to do with how they are stored. */
    @State(Scope.Thread)
    public static class Place {
        private int next;
    }

    @Setup
    public void fill() {
        names = new String[Integer.highestOneBit(keys)];
        var entries = new HashMap<String, Item>();
        for (int i = 0; i < keys; i++) {
            entries.put("SKU-" + i, new Item(i, 1));
        }
        store.replace(entries);
        locked.putAll(entries);
        concurrent.putAll(entries);
        for (int i = 0; i < names.length; i++) {
            names[i] = "SKU-" + (int) (i * 7919L % keys); // not the objects that are stored
        }
    }

    @Benchmark
    @Group("aloneSnapshot")
    public @Nullable Item aloneSnapshot(Place place) {
        return store.current().get(name(place));
    }

    @Benchmark
    @Group("aloneConcurrent")
    public @Nullable Item aloneConcurrent(Place place) {
        return concurrent.get(name(place));
    }

    @Benchmark
    @Group("aloneLocked")
    public @Nullable Item aloneLocked(Place place) {
        return readLocked(place);
    }

    /** What the reading of the name itself costs, to be taken off the others. */
    @Benchmark
    @Group("aloneNothing")
    public String aloneNothing(Place place) {
        return name(place);
    }

    @Benchmark
    @Group("besideSnapshot")
    @GroupThreads(1)
    public @Nullable Item besideSnapshot(Place place) {
        return store.current().get(name(place));
    }

    @Benchmark
    @Group("besideSnapshot")
    @GroupThreads(1)
    public int besideSnapshotWriting(Place place) {
        LockSupport.parkNanos(100_000);
        return store.apply(List.of(change(place)));
    }

    @Benchmark
    @Group("besideConcurrent")
    @GroupThreads(1)
    public @Nullable Item besideConcurrent(Place place) {
        return concurrent.get(name(place));
    }

    @Benchmark
    @Group("besideConcurrent")
    @GroupThreads(1)
    public @Nullable Item besideConcurrentWriting(Place place) {
        LockSupport.parkNanos(100_000);
        var change = change(place);
        return concurrent.put(change.key(), change.value());
    }

    @Benchmark
    @Group("besideLocked")
    @GroupThreads(1)
    public @Nullable Item besideLocked(Place place) {
        return readLocked(place);
    }

    @Benchmark
    @Group("besideLocked")
    @GroupThreads(1)
    public @Nullable Item besideLockedWriting(Place place) {
        LockSupport.parkNanos(100_000);
        var change = change(place);
        lock.writeLock().lock();
        try {
            return locked.put(change.key(), change.value());
        } finally {
            lock.writeLock().unlock();
        }
    }

    private @Nullable Item readLocked(Place place) {
        lock.readLock().lock();
        try {
            return locked.get(name(place));
        } finally {
            lock.readLock().unlock();
        }
    }

    private Change.Put<String, Item> change(Place place) {
        return new Change.Put<>(name(place), new Item(1, ++version + 1));
    }

    private String name(Place place) {
        return names[place.next++ & names.length - 1];
    }
}
