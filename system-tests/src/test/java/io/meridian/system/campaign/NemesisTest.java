package io.meridian.system.campaign;

import static io.meridian.local.platform.Component.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.system.campaign.Outcome.Proof;
import io.meridian.system.campaign.Schedule.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fault is believed only with both proofs, and nothing stays broken. */
class NemesisTest {

    private static final Schedule ONCE =
            new Schedule(1, List.of(new Step("fault", Duration.ZERO, Duration.ofMillis(1))));

    private final Pretended fault = new Pretended("fault", ORDER);
    private final Nemesis nemesis = new Nemesis(_ -> fault, Duration.ofMillis(300), Duration.ofMillis(300));

    @Test
    void faultThatTookAndHealedIsBelieved() throws Exception {
        var report = nemesis.carryOut(ONCE);

        assertThat(report.proofs()).containsExactly(new Proof("fault", "seen", "gone"));
        assertThat(report.unproven()).isEmpty();
        assertThat(fault.done).containsExactly("inject", "heal");
    }

    @Test
    void faultThatDidNotTakeIsNoticedAndHealedAllTheSame() throws Exception {
        fault.takes = false;

        var report = nemesis.carryOut(ONCE);

        assertThat(report.unproven()).containsExactly("fault did not take: all is well");
        assertThat(fault.done).containsExactly("inject", "heal");
    }

    @Test
    void faultThatDidNotHealIsNoticed() throws Exception {
        fault.heals = false;

        var report = nemesis.carryOut(ONCE);

        assertThat(report.unproven()).containsExactly("fault did not heal: it is still there");
    }

    @Test
    void healingThatFailsIsTriedAgain() throws Exception {
        fault.failingHeals = 2;

        var report = nemesis.carryOut(ONCE);

        assertThat(report.unproven()).isEmpty();
        assertThat(fault.done).containsExactly("inject", "heal", "heal", "heal");
    }
}
