package io.meridian.outbox.hearing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

    private final OffsetLedger ledger = new OffsetLedger(40);

    @Test
    void positionWaitsForTheFirstUnfinishedRecord() {
        ledger.receive(40);
        ledger.receive(41);
        ledger.receive(44); // a transaction's marker and compaction leave gaps

        ledger.finish(41);
        ledger.finish(44);
        assertThat(ledger.position()).isEqualTo(40);
        assertThat(ledger.span()).isEqualTo(3);

        ledger.finish(40);
        assertThat(ledger.position()).isEqualTo(45);
        assertThat(ledger.span()).isZero();
    }

    @Test
    void finishingTwiceOrWhatNeverCameChangesNothing() {
        ledger.receive(40);
        ledger.finish(40);

        ledger.finish(40);
        ledger.finish(99);

        assertThat(ledger.position()).isEqualTo(41);
    }

    @Test
    void offsetThatGoesBackIsRefused() {
        ledger.receive(40);

        assertThat(ledger.hasSeen(40)).isTrue();
        assertThat(ledger.hasSeen(41)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ledger.receive(40)).withMessageContaining("above 40");
    }

    /** Against the definition: all below the position are finished, and the position is not. */
    @Test
    void inAnyOrderThePositionIsTheFirstThatIsNotFinished() {
        var random = new Random(11);
        for (int round = 0; round < 300; round++) {
            var any = new OffsetLedger(0);
            var open = new TreeSet<Long>();
            var order = new ArrayList<Long>();
            for (long offset = 0; offset < 30; offset++) {
                any.receive(offset);
                open.add(offset);
                order.add(offset);
            }
            Collections.shuffle(order, random);
            for (long offset : order) {
                any.finish(offset);
                open.remove(offset);
                assertThat(any.position()).isEqualTo(open.isEmpty() ? 30 : open.getFirst());
            }
        }
    }
}
