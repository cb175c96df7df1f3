package io.meridian.inventory.watching;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.watching.Part.Content;
import io.meridian.inventory.watching.Subscription.Ending;
import io.meridian.inventory.watching.Subscription.Subscriber;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchStockTest {

    private static final WatchSettings SETTINGS =
            new WatchSettings(3, Duration.ofSeconds(10), 50, Duration.ofMillis(500), Duration.ofSeconds(30));

    private final ManualTime time = new ManualTime();
    private final FakeStockLog log = new FakeStockLog(3);
    private final WatchStock watchStock = new WatchStock(log, SETTINGS, time.nanos());

    @Test
    void everythingIsSaidFirstAndThenEachCommitAtOnce() {
        var watcher = watch("");
        watchStock.turn();
        assertThat(watcher.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.LIST);
            assertThat(part.products()).hasSize(3);
            assertThat(part.more()).isFalse();
            assertThat(part.age()).isZero();
        });

        log.commit("SKU-0001", "SKU-0003");
        watchStock.turn();

        assertThat(watcher.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.CHANGES);
            assertThat(skus(part)).containsExactly("SKU-0001", "SKU-0003");
            assertThat(part.committedAt()).isEqualTo(Instant.EPOCH.plusSeconds(110));
        });
        assertThat(watcher.takes()).isEmpty();
    }

    @Test
    void whoTakesItsTimeGetsTheNewestStateOfEachProductOnce() {
        var watcher = begun();

        log.commit("SKU-0001");
        log.commit("SKU-0001", "SKU-0002");
        log.commit("SKU-0001");
        watchStock.turn();

        assertThat(watcher.takes()).singleElement().satisfies(part -> {
            assertThat(part.products())
                    .containsExactlyInAnyOrder(
                            FakeStockLog.product("SKU-0001", 4), FakeStockLog.product("SKU-0002", 2));
            assertThat(part.committedAt()).isEqualTo(Instant.EPOCH.plusSeconds(110)); // of the oldest
        });
    }

    @Test
    void cursorOfAnotherInstanceIsGoneOnFrom() {
        var other = new WatchStock(log, SETTINGS, time.nanos());
        var first = watch("");
        var elsewhere = watch(other, "", false);
        watchStock.turn();
        other.turn();
        first.takes();
        elsewhere.takes();
        log.commit("SKU-0001");
        turn(watchStock);
        turn(other);
        var cursor = last(first.takes()).cursor();

        log.commit("SKU-0002");
        turn(other);
        var again = watch(other, cursor, false);
        other.turn();

        assertThat(again.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.CHANGES);
            assertThat(skus(part)).containsExactly("SKU-0002");
        });
    }

    @Test
    void cursorThatIsTooOldOrOfAnotherLogOrNoneIsAnsweredWithTheList() {
        begun();
        for (var cursor : List.of("log:1", "other:ffff", "nonsense", "log:xyz", ":")) {
            var watcher = watch(cursor);
            watchStock.turn();
            assertThat(watcher.takes()).singleElement().satisfies(part -> assertThat(part.content())
                    .isEqualTo(Content.LIST));
            watcher.subscription().close();
        }
    }

    @Test
    void checkComesAfterWhatHasChangedAndIsOfTheSameMoment() {
        var watcher = begun();
        log.commit("SKU-0001");
        turn(watchStock);
        var cursor = last(watcher.takes()).cursor();
        log.commit("SKU-0002");
        turn(watchStock);

        var again = watch(watchStock, cursor, true);
        turn(watchStock);

        var parts = again.takes();
        assertThat(parts).extracting(Part::content).startsWith(Content.CHANGES, Content.CHECK);
        assertThat(skus(parts.getFirst())).containsExactly("SKU-0002");
        assertThat(parts.get(1).products()).hasSize(3).contains(FakeStockLog.product("SKU-0002", 2));
    }

    @Test
    void longListIsSaidInPartsThatBelongTogether() {
        var large = new FakeStockLog(1_201);
        var watching = new WatchStock(large, SETTINGS, time.nanos());
        var watcher = watch(watching, "", false);
        watching.turn();

        var parts = watcher.takes();

        assertThat(parts).extracting(part -> part.products().size()).containsExactly(500, 500, 201);
        assertThat(parts).extracting(Part::more).containsExactly(true, true, false);
        assertThat(parts.stream().flatMap(part -> part.products().stream()).distinct()).hasSize(1_201);
    }

    @Test
    void whoIsFarBehindIsSentTheListAndKeepsNoMoreThanNames() {
        var large = new FakeStockLog(60);
        var watching = new WatchStock(large, SETTINGS, time.nanos());
        var watcher = watch(watching, "", false);
        watching.turn();
        watcher.takes();

        for (int i = 1; i <= 60; i++) {
            large.commit("SKU-%04d".formatted(i));
        }
        watching.turn();

        assertThat(watcher.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.LIST);
            assertThat(part.products()).allMatch(it -> it.stock().version() == 2);
        });
    }

    @Test
    void oneMoreThanThereIsRoomForIsRefusedUntilSomebodyLeaves() {
        var one = watch("");
        watch("");
        watch("");

        assertThat(watchStock.watch("", false, new Watcher())).isEqualTo(new WatchStock.Outcome.Full(3));
        assertThat(watchStock.refused()).isEqualTo(1);

        one.subscription().close();
        one.subscription().close(); // gives its place back once
        watch("");
        assertThat(watchStock.watch("", false, new Watcher())).isEqualTo(new WatchStock.Outcome.Full(3));
        assertThat(watchStock.subscribers()).isEqualTo(3);
    }

    @Test
    void whoTakesNothingIsEndedAndTheOthersNoticeNothing() {
        var slow = begun();
        var quick = begun();

        for (int second = 0; second < 12; second++) {
            log.commit("SKU-0001");
            turn(watchStock);
            assertThat(quick.takes()).as("second %d", second).isNotEmpty();
            time.advance(Duration.ofSeconds(1));
        }
        turn(watchStock);

        assertThat(slow.ending).isEqualTo(Ending.SLOW);
        assertThat(quick.ending).isNull();
        assertThat(watchStock.slow()).isEqualTo(1);
        assertThat(watchStock.subscribers()).isEqualTo(1);
    }

    /** The control of the one before: time alone makes nobody slow. */
    @Test
    void whoHasNothingToTakeIsNotSlow() {
        var watcher = begun();
        time.advance(Duration.ofMinutes(1));
        log.commit("SKU-0001");

        turn(watchStock);
        turn(watchStock);

        assertThat(watcher.ending).isNull();
        assertThat(watcher.takes()).isNotEmpty();
    }

    @Test
    void signsOfLifeMoveTheCursorOnAndSayHowOldWhatIsKnownIs() {
        var watcher = begun();
        log.otherwise();

        time.advance(Duration.ofMillis(500));
        watchStock.turn(); // asks how far the log goes
        watchStock.turn(); // has read so far
        time.advance(Duration.ofMillis(500));
        watchStock.turn();

        var sign = last(watcher.takes());
        assertThat(sign.products()).isEmpty();
        assertThat(sign.committedAt()).isNull();
        assertThat(sign.cursor()).isEqualTo("log:" + Long.toHexString(log.position()));
        assertThat(sign.age()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whatIsKnownGrowsOldWhenTheLogFallsSilent() {
        var watcher = begun();
        log.stall();
        log.commit("SKU-0001");

        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofMillis(500));
            watchStock.turn();
        }

        assertThat(last(watcher.takes()).age()).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void nobodyIsToldSomethingOldWhenTheLogIsAway() {
        var watcher = begun();
        log.away = true;
        watchStock.turn();

        assertThat(watcher.ending).isEqualTo(Ending.LOG_AWAY);
        assertThat(log.open).isZero();
        assertThat(watchStock.trouble()).isNotNull();

        log.away = false;
        var again = watch("");
        watchStock.turn();
        assertThat(again.takes()).isEmpty(); // not at once
        time.advance(Duration.ofSeconds(1));
        watchStock.turn();
        assertThat(again.takes()).isNotEmpty();
        assertThat(watchStock.trouble()).isNull();
    }

    /** What changed while nobody read the log is known by the states, and where it was read before is still gone on from. */
    @Test
    void cursorSurvivesThatTheLogWasNotReadForAWhile() {
        var watcher = begun();
        log.commit("SKU-0001");
        turn(watchStock);
        var cursor = last(watcher.takes()).cursor();
        watcher.subscription().close();
        time.advance(Duration.ofSeconds(31));
        watchStock.turn();
        assertThat(log.open).isZero();

        log.commit("SKU-0002");
        var again = watch(cursor);
        watchStock.turn();

        assertThat(log.opened).isEqualTo(2);
        assertThat(again.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.CHANGES);
            assertThat(skus(part)).containsExactly("SKU-0002");
        });
    }

    @Test
    void logIsNotReadWhileNobodyWatches() {
        watchStock.turn();

        assertThat(log.opened).isZero();
    }

    @Test
    void productThatIsTakenAwayIsMissingInTheListThatEverybodyGets() {
        var watcher = begun();
        log.takeAway("SKU-0002");
        watchStock.turn();

        assertThat(watcher.takes()).singleElement().satisfies(part -> {
            assertThat(part.content()).isEqualTo(Content.LIST);
            assertThat(skus(part)).containsExactlyInAnyOrder("SKU-0001", "SKU-0003");
        });
    }

    @Test
    void instanceThatGoesDownEndsItsStreamsAndTakesNoMore() {
        var watcher = begun();

        watchStock.close();

        assertThat(watcher.ending).isEqualTo(Ending.GOING_DOWN);
        assertThat(watchStock.watch("", false, new Watcher())).isEqualTo(new WatchStock.Outcome.GoingDown());
    }

    private Watcher begun() {
        var watcher = watch("");
        watchStock.turn();
        watcher.takes();
        return watcher;
    }

    private Watcher watch(String after) {
        return watch(watchStock, after, false);
    }

    private static Watcher watch(WatchStock watching, String after, boolean check) {
        var watcher = new Watcher();
        assertThat(watching.watch(after, check, watcher)).isInstanceOfSatisfying(WatchStock.Outcome.Open.class, it ->
                watcher.subscription = it.subscription());
        return watcher;
    }

    /** Once to read, and once more after a sign of life was due. */
    private void turn(WatchStock watching) {
        watching.turn();
        time.advance(Duration.ofMillis(500));
        watching.turn();
        watching.turn();
    }

    private static Part last(List<Part> parts) {
        return parts.getLast();
    }

    private static List<String> skus(Part part) {
        return part.products().stream().map(Product::sku).map(Object::toString).toList();
    }

    private static final class Watcher implements Subscriber {

        private @Nullable Subscription subscription;
        private @Nullable Ending ending;

        @Override
        public void wake() {}

        @Override
        public void ended(Ending why) {
            ending = why;
        }

        private Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        private List<Part> takes() {
            var parts = new ArrayList<Part>();
            for (var part = subscription().next(); part.isPresent(); part = subscription().next()) {
                parts.add(part.get());
            }
            return parts;
        }
    }
}
