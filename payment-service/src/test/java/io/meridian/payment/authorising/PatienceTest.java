package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Closed;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");

    @Test
    void theWaitDoublesUpToTheLongest() {
        assertThat(wait(0)).isEqualTo(Duration.ofMillis(500));
        assertThat(wait(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(wait(6)).isEqualTo(Duration.ofSeconds(32));
        assertThat(wait(7)).isEqualTo(Duration.ofMinutes(1));
        assertThat(wait(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void refusesWhatCannotBeWaitedForAndNamesIt() {
        var second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Patience(Duration.ZERO, second, second, second, second))
                .hasMessageContaining("validity must be longer than zero, was PT0S");
        assertThatThrownBy(() -> new Patience(second, second, second, second, Duration.ofMillis(999)))
                .hasMessageContaining("longestRetry must be at least firstRetry (PT1S), was PT0.999S");
    }

    private static Duration wait(int attempts) {
        var payment = new Payment(new OrderId(new UUID(1, 2)), new Closed(), 0, attempts, NOW, null);
        return Duration.between(NOW, Scene.PATIENCE.retryAt(payment, NOW));
    }
}
