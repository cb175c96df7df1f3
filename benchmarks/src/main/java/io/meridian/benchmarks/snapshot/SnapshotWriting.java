package io.meridian.benchmarks.snapshot;

import io.meridian.snapshot.Change;
import io.meridian.snapshot.SnapshotStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One change in a new version: of a snapshot, and of a map that is copied whole. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotWriting {

    @Param({"1000", "100000"})
    private int keys;

    private final SnapshotStore<String, SnapshotReading.Item> store =
            new SnapshotStore<>(SnapshotReading.Item::version);
    private Map<String, SnapshotReading.Item> copied = Map.of();
    private String[] names = {};
    private int next;

    @Setup
    public void fill() {
        var entries = new HashMap<String, SnapshotReading.Item>();
        for (int i = 0; i < keys; i++) {
            entries.put("SKU-" + i, new SnapshotReading.Item(i, 1));
        }
        store.replace(entries);
        copied = Map.copyOf(entries);
        names = entries.keySet().toArray(String[]::new);
    }

    @Benchmark
    public int oneChange() {
        int at = next++;
        return store.apply(List.of(new Change.Put<>(
                Objects.requireNonNull(names[Math.floorMod(at, names.length)]), new SnapshotReading.Item(at, at + 2L))));
    }

    @Benchmark
    public Map<String, SnapshotReading.Item> wholeCopy() {
        int at = next++;
        var copy = new HashMap<>(copied);
        copy.put(names[Math.floorMod(at, names.length)], new SnapshotReading.Item(at, at + 2L));
        copied = Map.copyOf(copy);
        return copied;
    }
}
