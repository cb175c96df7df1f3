package io.meridian.snapshot;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Tries the interleavings of one writer and its readers: each must be explained by some order of whole operations. */
class StoreInterleavingsTest {

    @Test
    void readersSeeWholeVersionsInTheOrderOfTheirWriting() {
        check(Stored.class);
    }

    /** The control: what is looked for would be found. */
    @Test
    void twoKeysThatAreWrittenOneAfterTheOtherAreFound() {
        assertThatThrownBy(() -> check(InPlace.class)).isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(Class<?> operations) {
        new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .check(operations);
    }

    @Param(name = "version", gen = IntGen.class, conf = "1:6")
    public static class Stored {

        private final SnapshotStore<String, Entry> store = new SnapshotStore<>(Entry::version);

        /** The writer is one at a time: operations of one group never run at once. */
        @Operation(nonParallelGroup = "writer")
        public int apply(@Param(name = "version") int version) {
            return store.apply(List.of(Entry.put("a", version), Entry.put("b", version)));
        }

        @Operation(nonParallelGroup = "writer")
        public int replace(@Param(name = "version") int version) {
            return store.replace(Map.of("a", new Entry("a", version), "b", new Entry("b", version)));
        }

        @Operation
        public String read() {
            var view = store.current();
            var a = view.get("a");
            var b = view.get("b");
            return (a == null ? 0 : a.version()) + " " + (b == null ? 0 : b.version());
        }
    }

    @Param(name = "version", gen = IntGen.class, conf = "1:6")
    public static class InPlace {

        private final Map<String, Integer> entries = new HashMap<>();

        @Operation(nonParallelGroup = "writer")
        public void write(@Param(name = "version") int version) {
            entries.put("a", version);
            entries.put("b", version);
        }

        @Operation
        public String read() {
            return entries.get("a") + " " + entries.get("b");
        }
    }
}
