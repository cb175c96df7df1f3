package io.meridian.outbox.hearing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.outbox.hearing.InFlightLimit.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightLimitTest {

    private static final Duration FAST = Duration.ofMillis(5);
    private static final Duration SLOW = Duration.ofSeconds(3);

    private final InFlightSettings settings = InFlightSettings.USUAL;

    @Test
    void slowWithABacklogIsHalvedOncePerWindow() {
        var limit = InFlightLimit.first(settings);

        limit = limit.after(new Sight(100, SLOW, 5_000, 16, 0), settings);
        assertThat(limit.permits()).isEqualTo(8);
        for (int step = 0; step < InFlightSettings.STEPS; step++) {
            limit = limit.after(new Sight(100, SLOW, 5_000, 8, 0), settings);
            assertThat(limit.permits()).isEqualTo(8);
        }
        assertThat(limit.after(new Sight(100, SLOW, 5_000, 8, 0), settings).permits()).isEqualTo(4);
    }

    @Test
    void eitherAloneChangesNothing() {
        var limit = InFlightLimit.first(settings);

        assertThat(limit.after(new Sight(100, SLOW, 4_999, 16, 0), settings).permits()).isEqualTo(16);
        assertThat(limit.after(new Sight(100, settings.slow(), 9_999, 16, 0), settings).permits()).isEqualTo(16);
    }

    @Test
    void halvingEndsAtTheLeastAndGrowingAtTheMost() {
        var limit = InFlightLimit.first(settings);

        for (int step = 0; step < 200; step++) {
            limit = limit.after(new Sight(1, SLOW, 5_000, 16, 0), settings);
        }
        assertThat(limit.permits()).isEqualTo(1);

        for (int step = 0; step < 200; step++) {
            limit = limit.after(new Sight(1_000, FAST, 5_000, limit.permits(), 0), settings);
        }
        assertThat(limit.permits()).isEqualTo(64);
    }

    @Test
    void halvingLeavesAPermitBesidesWhatIsStuck() {
        var limit = InFlightLimit.first(settings);

        for (int step = 0; step < 200; step++) {
            limit = limit.after(new Sight(0, SLOW, 5_000, 2, 2), settings);
        }

        assertThat(limit.permits()).isEqualTo(3);
    }

    @Test
    void growthBeginsWithTheThirdGoodWindowAndASlowOneStartsTheCountAgain() {
        var limit = new InFlightLimit(8, 0, 0);
        var good = new Sight(100, FAST, 0, 8, 0);

        limit = limit.after(good, settings).after(good, settings);
        assertThat(limit.permits()).isEqualTo(8);
        assertThat(limit.after(good, settings).permits()).isEqualTo(10);

        limit = limit.after(new Sight(100, SLOW, 0, 8, 0), settings).after(good, settings).after(good, settings);
        assertThat(limit.permits()).isEqualTo(8);
    }

    @Test
    void goodWindowsInWhichPermitsWereNotUsedAreNoReasonForMore() {
        var limit = InFlightLimit.first(settings);

        for (int step = 0; step < 100; step++) {
            limit = limit.after(new Sight(10, FAST, 0, 3, 0), settings);
        }

        assertThat(limit.permits()).isEqualTo(16);
    }

    @Test
    void settingsThatContradictEachOtherAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(16, 0, 64, 0.25, 1_000))
                .withMessageContaining("least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(65, 1, 64, 0.25, 1_000))
                .withMessageContaining("initial 65");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(16, 1, 64, 1.5, 1_000))
                .withMessageContaining("growth")
                .withMessageContaining("1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(16, 1, 64, 0.25, 63))
                .withMessageContaining("span")
                .withMessageContaining("63");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InFlightSettings(
                        16, 1, 64, Duration.ofMillis(50), Duration.ofSeconds(2), 5_000, 3, 0.25, 1_000))
                .withMessageContaining("window");
    }

    private static InFlightSettings settings(int initial, int least, int most, double growth, int span) {
        return new InFlightSettings(
                initial, least, most, Duration.ofSeconds(10), Duration.ofSeconds(2), 5_000, 3, growth, span);
    }
}
