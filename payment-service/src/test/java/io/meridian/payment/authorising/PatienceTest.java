package io.meridian.payment.authorising;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Closed;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final Instant NOW = Instant.parse("2031-05-06T07:08:09Z");

    @Test
    void theWaitIsBetweenHalfAndAllOfADoublingUpToTheLongest() {
        assertWait(0, Duration.ofMillis(500));
        assertWait(1, Duration.ofSeconds(1));
        assertWait(6, Duration.ofSeconds(32));
        assertWait(7, Duration.ofMinutes(1));
        assertWait(Integer.MAX_VALUE, Duration.ofMinutes(1));
    }

    @Test
    void paymentsThatStoppedTogetherAreAskedAboutApart() {
        var waits = IntStream.range(0, 100).mapToObj(it -> wait(new OrderId(new UUID(1, it)), 7)).toList();

        assertThat(waits).doesNotHaveDuplicates();
        assertThat(waits.stream().mapToLong(Duration::toMillis).average().orElseThrow()).isBetween(42_000.0, 48_000.0);
        assertThat(wait(new OrderId(new UUID(1, 5)), 7)).isEqualTo(waits.get(5));
    }

    @Test
    void refusesWhatCannotBeWaitedForAndNamesIt() {
        var second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Patience(Duration.ZERO, second, second, second, second))
                .hasMessageContaining("validity must be longer than zero, was PT0S");
        assertThatThrownBy(() -> new Patience(second, second, second, second, Duration.ofMillis(999)))
                .hasMessageContaining("longestRetry must be at least firstRetry (PT1S), was PT0.999S");
    }

    private static void assertWait(int attempts, Duration doubled) {
        assertThat(wait(new OrderId(new UUID(1, 2)), attempts)).isBetween(doubled.dividedBy(2), doubled);
    }

    private static Duration wait(OrderId order, int attempts) {
        var payment = new Payment(order, 0, new Closed(), 0, attempts, NOW, null);
        return Duration.between(NOW, Scene.PATIENCE.retryAt(payment, NOW));
    }
}
