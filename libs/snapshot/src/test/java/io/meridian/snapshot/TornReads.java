package io.meridian.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the torn reads under a writer at full speed: every write gives all keys the same version, so a reader who finds two versions in
 * what it took for one view has seen a torn one.
 *
 * <p>Run as a program it says the figures for the store and for a map that is overwritten in place.
 */
final class TornReads {

    private static final int KEYS = 64;
    private static final int READERS = 2;

    /** What is hammered. */
    interface Views {

        /** Gives every key this version. */
        void write(long version);

        /** Takes a view, and says whether all keys of it that were looked at have one version. */
        boolean isWhole(int first, int second, int third);
    }

    record Result(long reads, long torn, long writes) {}

    private TornReads() {}

    /** Reads until {@code reads} are done, while one writer writes as fast as it can. */
    static Result count(Views views, long reads) throws InterruptedException {
        views.write(0);
        var torn = new LongAdder();
        var writes = new LongAdder();
        var done = new AtomicBoolean();
        var finished = new CountDownLatch(READERS);
        try (var threads = Executors.newFixedThreadPool(READERS + 1)) {
            threads.execute(() -> {
                for (long version = 1; !done.get(); version++) {
                    views.write(version);
                    writes.increment();
                }
            });
            for (int reader = 0; reader < READERS; reader++) {
                int start = reader;
                threads.execute(() -> {
                    try {
                        for (long i = 0; i < reads / READERS; i++) {
                            int key = (int) ((i + start) % KEYS);
                            if (!views.isWhole(key, (key + 21) % KEYS, (key + 42) % KEYS)) {
                                torn.increment();
                            }
                        }
                    } finally {
                        finished.countDown();
                    }
                });
            }
            var inTime = finished.await(10, TimeUnit.MINUTES);
            done.set(true);
            if (!inTime) {
                throw new AssertionError("the readers did not come to an end");
            }
        }
        return new Result(reads, torn.sum(), writes.sum());
    }

    /** The store. */
    static final class Stored implements Views {

        private final SnapshotStore<Integer, Entry> store = new SnapshotStore<>(Entry::version);

        @Override
        public void write(long version) {
            if (version % 16 == 0) { // now and then all at once
                var entries = new HashMap<Integer, Entry>();
                for (int key = 0; key < KEYS; key++) {
                    entries.put(key, new Entry("", version));
                }
                store.replace(entries);
                return;
            }
            var changes = new ArrayList<Change<Integer, Entry>>(KEYS);
            for (int key = 0; key < KEYS; key++) {
                changes.add(new Change.Put<>(key, new Entry("", version)));
            }
            store.apply(changes);
        }

        @Override
        public boolean isWhole(int first, int second, int third) {
            var view = store.current();
            var one = view.get(first);
            var two = view.get(second);
            var three = view.get(third);
            return one != null && two != null && three != null
                    && one.version() == two.version()
                    && two.version() == three.version();
        }
    }

    /** The control: each version is written over the last, as if to save the copying. */
    static final class InPlace implements Views {

        private final Map<Integer, Entry> entries = new ConcurrentHashMap<>();

        @Override
        public void write(long version) {
            for (int key = 0; key < KEYS; key++) {
                entries.put(key, new Entry("", version));
            }
        }

        @Override
        public boolean isWhole(int first, int second, int third) {
            var one = entries.get(first);
            var two = entries.get(second);
            var three = entries.get(third);
            return one != null && two != null && three != null
                    && one.version() == two.version()
                    && two.version() == three.version();
        }
    }

    /** Says the figures of 10⁷ reads, or as many as are named. */
    public static void main(String... arguments) throws InterruptedException {
        long reads = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
        var stored = count(new Stored(), reads);
        System.out.printf("immutable versions: %,d torn of %,d reads during %,d writes%n", stored.torn(), stored.reads(), stored.writes());
        var inPlace = count(new InPlace(), reads);
        System.out.printf("written in place:   %,d torn of %,d reads during %,d writes%n", inPlace.torn(), inPlace.reads(), inPlace.writes());
    }
}
