package io.meridian.snapshot;

import static io.meridian.snapshot.Entry.put;
import static io.meridian.snapshot.Entry.removed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {

    private final SnapshotStore<String, Entry> store = new SnapshotStore<>(Entry::version);

    @Test
    void allOfABatchAppearsInOneVersion() {
        var before = store.current();

        int applied = store.apply(List.of(put("a", 1), put("b", 1)));

        assertThat(applied).isEqualTo(2);
        assertThat(store.current().version()).isEqualTo(1);
        assertThat(store.current().get("b")).isEqualTo(new Entry("b@1", 1));
        assertThat(before.get("a")).isNull();
        assertThat(before.size()).isZero();
    }

    @Test
    void lateAndRepeatedChangesDoNothingButBeCounted() {
        store.apply(List.of(put("a", 5)));
        var before = store.current();

        int applied = store.apply(List.of(put("a", 4), put("a", 5), removed("a", 5)));

        assertThat(applied).isZero();
        assertThat(store.current()).isSameAs(before);
        assertThat(store.stale()).isEqualTo(3);
        assertThat(store.applied()).isEqualTo(1);
    }

    @Test
    void lateChangeOfARemovedKeyDoesNotBringItBack() {
        store.apply(List.of(put("a", 1)));
        store.apply(List.of(removed("a", 3)));

        store.apply(List.of(put("a", 2)));
        assertThat(store.current().get("a")).isNull();

        store.apply(List.of(put("a", 4)));
        assertThat(store.current().get("a")).isEqualTo(new Entry("a@4", 4));
    }

    /** Whatever the order and the batches in which changes arrive, each key ends with the highest version of it. */
    @Test
    void everyInterleavingEndsWithTheHighestVersions() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var changes = new ArrayList<Change<String, Entry>>();
            var last = new HashMap<String, Change<String, Entry>>();
            for (int i = 0; i < 60; i++) {
                var key = "k" + random.nextInt(6);
                var version = i + 1L;
                var change = random.nextInt(5) == 0 ? removed(key, version) : put(key, version);
                changes.add(change);
                last.put(key, change);
                if (random.nextInt(4) == 0) {
                    changes.add(change); // told twice
                }
            }
            Collections.shuffle(changes, random);
            var into = new SnapshotStore<String, Entry>(Entry::version);

            for (int from = 0; from < changes.size(); ) {
                int to = Math.min(changes.size(), from + 1 + random.nextInt(5));
                into.apply(changes.subList(from, to));
                from = to;
            }

            last.forEach((key, change) -> assertThat(into.current().get(key))
                    .isEqualTo(change instanceof Change.Put<String, Entry>(_, var value) ? value : null));
            assertThat(into.applied() + into.stale()).isEqualTo(changes.size());
        }
    }

    @Test
    void replacingSaysHowManyKeysWereOtherwise() {
        store.apply(List.of(put("same", 1), put("older", 1), put("gone", 1), put("newer", 9)));

        int different = store.replace(Map.of(
                "same", new Entry("same@1", 1),
                "older", new Entry("older@2", 2),
                "newer", new Entry("newer@8", 8),
                "missing", new Entry("missing@1", 1)));

        assertThat(different).isEqualTo(4);
        assertThat(store.current().version()).isEqualTo(2);
        assertThat(store.current().get("gone")).isNull();
        assertThat(store.current().get("newer")).isEqualTo(new Entry("newer@8", 8));
        assertThat(store.current().size()).isEqualTo(4);
    }

    @Test
    void lastEightVersionsCanBeComparedAndGoneBackTo() {
        for (int i = 1; i <= 20; i++) {
            store.apply(List.of(put("a", i), put("only" + i, 1)));
        }

        assertThat(store.kept()).extracting(Snapshot::version).containsExactly(20L, 19L, 18L, 17L, 16L, 15L, 14L, 13L);
        assertThat(store.kept(12)).isEmpty();
        assertThat(store.current().since(store.kept(19).orElseThrow()))
                .containsExactlyInAnyOrder(
                        new Snapshot.Difference<>("a", new Entry("a@19", 19), new Entry("a@20", 20)),
                        new Snapshot.Difference<>("only20", null, new Entry("only20@1", 1)));

        assertThat(store.rollBackTo(17)).isTrue();

        assertThat(store.current().version()).isEqualTo(21);
        assertThat(store.current().get("a")).isEqualTo(new Entry("a@17", 17));
        assertThat(store.current().get("only18")).isNull();
        assertThat(store.rollBackTo(12)).isFalse();
        // What comes after is applied as ever.
        store.apply(List.of(put("a", 18)));
        assertThat(store.current().get("a")).isEqualTo(new Entry("a@18", 18));
    }

    @Test
    void secondWriterIsFoundOut() {
        store.apply(List.of(put("a", 1)));

        assertThatThrownBy(() -> store.apply(new AbstractCollection<Change<String, Entry>>() {
                    @Override
                    public Iterator<Change<String, Entry>> iterator() {
                        store.apply(List.of(put("a", 3)));
                        return List.of(put("a", 2)).iterator();
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                }))
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining("one writer");
        assertThat(store.current().get("a")).isEqualTo(new Entry("a@3", 3));
    }
}
