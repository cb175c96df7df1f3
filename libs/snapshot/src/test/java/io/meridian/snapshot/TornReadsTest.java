package io.meridian.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same with ten times as many reads is a command: this room's README names it. */
class TornReadsTest {

    private static final long READS = 1_000_000;

    @Test
    void noReaderEverSeesTwoVersionsAtOnce() throws InterruptedException {
        var result = TornReads.count(new TornReads.Stored(), READS);

        assertThat(result.writes()).isPositive();
        assertThat(result.torn()).isZero();
    }

    /** The control: what is looked for would be found. */
    @Test
    void storeThatIsWrittenInPlaceIsSeenTorn() throws InterruptedException {
        var result = TornReads.count(new TornReads.InPlace(), READS);

        assertThat(result.torn()).isPositive();
    }
}
