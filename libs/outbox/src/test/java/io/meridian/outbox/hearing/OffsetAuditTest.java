package io.meridian.outbox.hearing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.outbox.HearingListener.Misplaced;
import io.meridian.outbox.hearing.OffsetAudit.Finding;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetAuditTest {

    private static final TopicPartition ONE = new TopicPartition("orders.v1", 1);
    private static final TopicPartition TWO = new TopicPartition("orders.v1", 2);

    @Test
    void gapIsWhatIsFinishedAndNotCommittedAndLagWhatIsNotCommitted() {
        var audit = OffsetAudit.of(
                Map.of(ONE, 120L), Map.of(ONE, 125L), Map.of(ONE, 100L, TWO, 7L), Map.of(ONE, 130L, TWO, 9L), Set.of(ONE, TWO), 50);

        assertThat(audit.gap()).isEqualTo(20);
        assertThat(audit.lag()).isEqualTo(32);
        assertThat(audit.misplaced()).isEmpty();
    }

    @Test
    void commitsThatDoNotGetThroughAreFound() {
        var audit = OffsetAudit.of(
                Map.of(ONE, 151L), Map.of(ONE, 151L), Map.of(ONE, 100L), Map.of(ONE, 200L), Set.of(ONE), 50);

        assertThat(audit.misplaced()).containsEntry(ONE, new Finding(Misplaced.BEHIND, 51));
    }

    @Test
    void commitAheadOfTheEffectIsFound() {
        var audit = OffsetAudit.of(
                Map.of(ONE, 100L), Map.of(ONE, 110L), Map.of(ONE, 111L), Map.of(ONE, 200L), Set.of(ONE), 50);

        assertThat(audit.misplaced()).containsEntry(ONE, new Finding(Misplaced.AHEAD, 1));
    }

    @Test
    void whatMovesWhileTheBrokerIsAskedIsNoFinding() {
        var audit = OffsetAudit.of(
                Map.of(ONE, 100L), Map.of(ONE, 110L), Map.of(ONE, 105L), Map.of(ONE, 200L), Set.of(ONE), 50);

        assertThat(audit.misplaced()).isEmpty();
        assertThat(audit.gap()).isZero();
    }

    @Test
    void partitionOfWhichNothingCameSaysNothing() {
        var audit = OffsetAudit.of(Map.of(), Map.of(), Map.of(TWO, 5L), Map.of(), Set.of(ONE, TWO), 50);

        assertThat(audit).isEqualTo(new OffsetAudit(0, 0, Map.of()));
    }
}
