package io.meridian.snapshot;

import static io.meridian.snapshot.Entry.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.snapshot.Batch.Kind;
import io.meridian.snapshot.Source.End;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FollowerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final SnapshotStore<String, Entry> store = new SnapshotStore<>(Entry::version);
    private final List<Opened> streams = new ArrayList<>();
    private final Heard heard = new Heard();
    private Follower<String, Entry> follower = follower(FollowerSettings.USUAL);

    @Test
    void nothingIsKnownBeforeEverythingWasSaidOnce() {
        follower.turn();
        assertThat(follower.isComplete()).isFalse();
        assertThat(follower.age()).isEmpty();

        last().says(Kind.LIST, true, "", put("a", 1));
        assertThat(follower.isComplete()).isFalse();
        assertThat(store.current().size()).isZero();

        last().says(Kind.LIST, false, "c1", put("b", 1));
        assertThat(follower.isComplete()).isTrue();
        assertThat(store.current().size()).isEqualTo(2);
        assertThat(store.current().version()).isEqualTo(1);
        assertThat(follower.age()).contains(Duration.ZERO);
    }

    @Test
    void brokenStreamIsTakenUpWhereItBrokeOff() {
        begun();
        last().says(Kind.CHANGES, false, "c2", put("a", 2));
        last().says(Kind.CHANGES, true, "", put("a", 3)); // the rest of it never comes

        last().ends(End.LOST);
        time.advance(SECOND);
        follower.turn();

        assertThat(streams).hasSize(2);
        assertThat(last().after).isEqualTo("c2");
        assertThat(last().check).isFalse();
        assertThat(version("a")).isEqualTo(2);
        last().says(Kind.CHANGES, false, "c3", put("a", 3));
        assertThat(version("a")).isEqualTo(3);
    }

    @Test
    void pausesGrowAndEndWithTheFirstThingHeard() {
        var pauses = new ArrayList<Duration>();
        for (int i = 0; i < 8; i++) {
            follower.turn();
            last().ends(End.LOST);
            var pause = follower.turn();
            pauses.add(pause);
            time.advance(pause);
        }
        assertThat(pauses.getFirst()).isLessThan(Duration.ofMillis(100));
        assertThat(pauses).allMatch(it -> it.compareTo(FollowerSettings.USUAL.longestPause()) <= 0);
        assertThat(pauses.getLast()).isGreaterThan(Duration.ofMillis(500)); // the random source of this test draws the most

        follower.turn();
        last().says(Kind.LIST, false, "c1");
        last().ends(End.LOST);
        assertThat(follower.turn()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void olderReleaseIsLeftAloneForAMinuteAndNothingIsKnownOfIt() {
        follower.turn();
        last().ends(End.NOT_OFFERED);

        time.advance(Duration.ofSeconds(59));
        follower.turn();
        assertThat(streams).hasSize(1);

        time.advance(SECOND);
        follower.turn();
        assertThat(streams).hasSize(2);
        assertThat(follower.isComplete()).isFalse();
    }

    @Test
    void silentStreamIsGivenUp() {
        begun();
        time.advance(Duration.ofSeconds(4));
        last().says(Kind.CHANGES, false, "c1"); // a sign of life
        time.advance(Duration.ofSeconds(4));
        follower.turn();
        assertThat(streams).hasSize(1);

        time.advance(SECOND);
        follower.turn();
        time.advance(SECOND);
        follower.turn();

        assertThat(streams.getFirst().cancelled).isTrue();
        assertThat(streams).hasSize(2);
    }

    @Test
    void whatAnAbandonedStreamStillSaysIsNotHeard() {
        begun();
        var old = last();
        old.ends(End.LOST);
        time.advance(SECOND);
        follower.turn();

        old.says(Kind.LIST, false, "old", put("a", 9));
        old.ends(End.LOST);

        assertThat(version("a")).isEqualTo(1);
        time.advance(SECOND);
        follower.turn();
        assertThat(streams).hasSize(2);
    }

    @Test
    void ageGrowsWhileTheSourceIsAwayAndIsCalledLateAfterTwoSeconds() {
        begun();
        time.advance(SECOND);
        last().says(Kind.CHANGES, false, "c2", Duration.ofMillis(300));
        assertThat(follower.age()).contains(Duration.ofMillis(300));
        assertThat(follower.isWithin(Duration.ofMillis(299))).isFalse();
        assertThat(follower.isLate()).isFalse();

        last().ends(End.LOST);
        time.advance(Duration.ofSeconds(2));

        assertThat(follower.age()).contains(Duration.ofMillis(2300));
        assertThat(follower.isLate()).isTrue();
        assertThat(version("a")).isEqualTo(1);
    }

    @Test
    void sourceThatKnowsLessThanTheLastOneMakesNothingOlder() {
        begun();

        last().says(Kind.CHANGES, false, "c2", Duration.ofMillis(300));

        assertThat(follower.age()).contains(Duration.ZERO);
    }

    /** The entry is spoilt behind the follower's back; the list every ten minutes finds and repairs it. */
    @Test
    void checkRepairsWhatWasLostAndCountsIt() {
        begun();
        store.apply(List.of(put("a", 7)));

        time.advance(Duration.ofMinutes(10).minusNanos(1));
        last().says(Kind.CHANGES, false, "c5");
        follower.turn();
        assertThat(streams).hasSize(1);
        time.advance(SECOND);
        last().says(Kind.CHANGES, false, "c6");
        follower.turn();

        assertThat(streams).hasSize(2);
        assertThat(last().after).isEqualTo("c6");
        assertThat(last().check).isTrue();
        last().says(Kind.CHANGES, false, "c6");
        last().says(Kind.CHECK, false, "c6", put("a", 1));
        assertThat(version("a")).isEqualTo(1);
        assertThat(follower.drift()).isEqualTo(1);
        assertThat(heard.drifted).isEqualTo(1);

        time.advance(Duration.ofMinutes(9));
        last().says(Kind.CHANGES, false, "c7");
        follower.turn();
        assertThat(streams).hasSize(2);
    }

    @Test
    void withTheCheckSwitchedOffOnlyEventsAct() {
        follower = follower(new FollowerSettings(
                Duration.ZERO, SECOND, Duration.ofDays(1), SECOND, SECOND, SECOND));
        begun();
        store.apply(List.of(put("a", 7)));

        time.advance(Duration.ofHours(5));
        follower.turn();

        assertThat(streams).hasSize(1);
        assertThat(version("a")).isEqualTo(7);
        assertThat(follower.drift()).isZero();
    }

    @Test
    void stagesOfAChangesWaySumUpToTheWhole() {
        begun();
        var committed = time.now();
        time.advance(Duration.ofMillis(30));
        var sent = time.now();
        time.advance(Duration.ofMillis(12));

        last().listener.received(
                new Batch<>(Kind.CHANGES, List.of(put("a", 2)), false, "c2", Duration.ZERO, committed, sent));

        assertThat(heard.took)
                .containsEntry(Stage.SENT, Duration.ofMillis(30))
                .containsEntry(Stage.RECEIVED, Duration.ofMillis(12))
                .containsEntry(Stage.APPLIED, Duration.ZERO);
    }

    @Test
    void closedFollowerEndsItsStreamAndKeepsWhatItKnows() {
        begun();

        follower.close();
        time.advance(Duration.ofHours(1));
        follower.turn();

        assertThat(streams).hasSize(1);
        assertThat(last().cancelled).isTrue();
        assertThat(version("a")).isEqualTo(1);
    }

    private void begun() {
        follower.turn();
        last().says(Kind.LIST, false, "c1", put("a", 1));
    }

    private long version(String key) {
        var entry = store.current().get(key);
        return entry == null ? -1 : entry.version();
    }

    private Opened last() {
        return streams.getLast();
    }

    private Follower<String, Entry> follower(FollowerSettings settings) {
        return new Follower<>("things", this::open, store, settings, heard, time.nanos(), time.instants(), mostAlways());
    }

    private Source.Stream open(@Nullable String after, boolean check, Source.Listener<String, Entry> listener) {
        var opened = new Opened(after, check, listener);
        streams.add(opened);
        return () -> opened.cancelled = true;
    }

    private static RandomGenerator mostAlways() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return -1;
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
    }

    private static final class Opened {

        private final @Nullable String after;
        private final boolean check;
        private final Source.Listener<String, Entry> listener;
        private boolean cancelled;

        private Opened(@Nullable String after, boolean check, Source.Listener<String, Entry> listener) {
            this.after = after;
            this.check = check;
            this.listener = listener;
        }

        @SafeVarargs
        private void says(Kind kind, boolean more, String cursor, Change<String, Entry>... changes) {
            listener.received(new Batch<>(kind, List.of(changes), more, cursor, Duration.ZERO, null, null));
        }

        private void says(Kind kind, boolean more, String cursor, Duration age) {
            listener.received(new Batch<>(kind, List.of(), more, cursor, age, null, null));
        }

        private void ends(End end) {
            listener.ended(end, "so");
        }
    }

    private static final class Heard implements PropagationListener {

        private final Map<Stage, Duration> took = new EnumMap<>(Stage.class);
        private int drifted;

        @Override
        public void passed(String snapshot, Stage stage, Duration duration) {
            took.put(stage, duration);
        }

        @Override
        public void drifted(String snapshot, int keys) {
            drifted += keys;
        }
    }
}
