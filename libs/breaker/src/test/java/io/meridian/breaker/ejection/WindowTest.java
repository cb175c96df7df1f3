package io.meridian.breaker.ejection;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {

    private final ManualTime time = new ManualTime();
    private final Window window = new Window(time.nanos().getAsLong());

    @Test
    void callsCountForTenSecondsAcrossAClockThatOverflows() {
        for (var second = 0; second < 12; second++) {
            add(true);
            add(false);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(now()).isEqualTo(new Evidence(9, 9));
        time.advance(Duration.ofSeconds(10));
        assertThat(now()).isEqualTo(Evidence.NONE);
    }

    @Test
    void soManyCallsThatTheyDoNotFitKeepTheirShare() {
        for (var i = 0; i < 300_000; i++) {
            add(i % 4 != 0);
        }

        assertThat(now().share()).isBetween(0.74, 0.76);
        assertThat(now().calls()).isGreaterThan(40_000);
    }

    @Test
    void nothingIsLeftAfterItWasCleared() {
        add(false);

        window.clear();

        assertThat(now()).isEqualTo(Evidence.NONE);
        assertThat(now().share()).isEqualTo(1);
    }

    private void add(boolean success) {
        window.add(success, time.nanos().getAsLong());
    }

    private Evidence now() {
        return window.evidence(time.nanos().getAsLong());
    }
}
