package io.meridian.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.system.history.Entry.Action;
import io.meridian.system.history.Entry.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sound history passes, and each kind of lie in one is found. */
class HistoryCheckerTest {

    private static final Map<String, String> ONE = Map.of("o1", "CONFIRMED");

    private final AtomicLong millis = new AtomicLong();
    private final Path file;
    private final History history;

    HistoryCheckerTest(@TempDir Path directory) throws IOException {
        this.file = directory.resolve("history.jsonl");
        this.history = new History(file, () -> millis.get() * 1_000_000);
    }

    @AfterEach
    void close() throws IOException {
        history.close();
    }

    @Test
    void soundHistoryHasNothingToTell() {
        place("k1", "a", Phase.INFO, 0, "", "HttpTimeoutException");
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        read("o1", "CONFIRMED");
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        place("k1", "b", Phase.FAIL, 422, "", "idempotency-key-reused");
        cancel("o1", "CANCELLED");
        read("o1", "CANCELLED");
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        place("k2", "c", Phase.FAIL, 402, "o2", "payment-declined");
        place("k2", "c", Phase.FAIL, 402, "o2", "payment-declined");

        assertThat(HistoryChecker.check(history.entries(), Map.of("o1", "CANCELLED", "o2", "REJECTED"))).isEmpty();
    }

    @Test
    void acknowledgedOrderThatIsNotThereIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");

        assertThat(rules(Map.of())).containsExactly(HistoryChecker.LOST);
    }

    @Test
    void acknowledgedOrderThatWasRejectedAfterAllIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");

        assertThat(rules(Map.of("o1", "REJECTED"))).containsExactly(HistoryChecker.LOST);
    }

    @Test
    void unfinishedOrderIsFound() {
        place("k1", "a", Phase.INFO, 504, "o1", "deadline-exceeded");

        assertThat(rules(Map.of("o1", "PENDING"))).containsExactly(HistoryChecker.UNFINISHED);
    }

    @Test
    void otherAnswerToTheSameKeyIsFound() {
        place("k1", "a", Phase.FAIL, 402, "o1", "payment-declined");
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");

        assertThat(rules(ONE)).containsExactly(HistoryChecker.TWO_ANSWERS);
    }

    @Test
    void secondOrderOfAKeyIsFoundEvenIfBothAnswersAreUncertain() {
        place("k1", "a", Phase.INFO, 504, "o1", "deadline-exceeded");
        place("k1", "a", Phase.INFO, 504, "o2", "deadline-exceeded");

        assertThat(rules(Map.of("o1", "CONFIRMED", "o2", "CONFIRMED"))).contains(HistoryChecker.TWO_ORDERS);
    }

    @Test
    void orderThatNoKeyAccountsForIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");

        assertThat(rules(Map.of("o1", "CONFIRMED", "o2", "CONFIRMED"))).containsExactly(HistoryChecker.TWO_ORDERS);
    }

    @Test
    void keyThatServesTwoBodiesIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        place("k1", "b", Phase.OK, 201, "o1", "CONFIRMED");

        assertThat(rules(ONE)).containsExactly(HistoryChecker.OTHER_BODY);
    }

    @Test
    void statusThatGoesBackIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        read("o1", "CANCELLED");
        read("o1", "CONFIRMED");

        assertThat(rules(ONE)).containsExactly(HistoryChecker.BACK);
    }

    @Test
    void orderThatVanishesFromAReaderIsFound() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        complete(history.invoke(1, Action.READ, "", "", "o1", 1_000), Phase.FAIL, 404, "o1", "not-found");

        assertThat(rules(ONE)).containsExactly(HistoryChecker.BACK);
    }

    @Test
    void readsThatOverlapMayComeInAnyOrder() {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        var slow = history.invoke(1, Action.READ, "", "", "o1", 1_000);
        cancel("o1", "CANCELLED");
        complete(slow, Phase.OK, 200, "o1", "CONFIRMED");

        assertThat(HistoryChecker.check(history.entries(), Map.of("o1", "CANCELLED"))).isEmpty();
    }

    @Test
    void lateAnswersAreCountedAmongThoseThatCame() {
        var late = history.invoke(1, Action.READ, "", "", "o1", 100);
        millis.addAndGet(151);
        complete(late, Phase.INFO, 504, "o1", "deadline-exceeded");
        read("o1", "CONFIRMED");
        place("k1", "a", Phase.INFO, 0, "", "HttpTimeoutException");

        assertThat(HistoryChecker.shareOfLate(history.entries(), 50)).isEqualTo(0.5);
    }

    @Test
    void historyIsReadAsItWasWritten() throws IOException {
        place("k1", "a", Phase.OK, 201, "o1", "CONFIRMED");
        read("o1", "CONFIRMED");

        assertThat(History.read(file)).hasSize(4).isEqualTo(history.entries());
    }

    private java.util.List<String> rules(Map<String, String> ending) {
        return HistoryChecker.check(history.entries(), ending).stream()
                .map(Violation::rule)
                .toList();
    }

    private void place(String key, String body, Phase phase, int http, String order, String told) {
        complete(history.invoke(1, Action.PLACE, key, body, "", 1_000), phase, http, order, told);
    }

    private void read(String order, String status) {
        complete(history.invoke(1, Action.READ, "", "", order, 1_000), Phase.OK, 200, order, status);
    }

    private void cancel(String order, String status) {
        complete(history.invoke(2, Action.CANCEL, "", "", order, 1_000), Phase.OK, 200, order, status);
    }

    private void complete(Entry invoked, Phase phase, int http, String order, String told) {
        millis.incrementAndGet();
        history.complete(invoked, phase, http, order, told);
        millis.incrementAndGet();
    }
}
