package io.meridian.breaker.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.meridian.breaker.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveBulkheadTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AdaptiveCircuitBreaker breaker = AdaptiveCircuitBreaker.of("stock");
    private final AdaptiveBulkhead bulkhead = breaker.bulkhead();

    @Test
    void showsTheLimitAndWhatIsLeftOfIt() {
        long permit = breaker.enter(SECOND);

        assertThat(bulkhead.getMetrics().getMaxAllowedConcurrentCalls()).isEqualTo(100);
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(99);
        assertThat(bulkhead.getBulkheadConfig().getMaxConcurrentCalls()).isEqualTo(100);

        breaker.leave(permit, Outcome.SUCCEEDED, SECOND);
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(100);
    }

    @Test
    void givesPlacesUpToTheLimitAndTakesThemBack() {
        List<String> heard = new ArrayList<>();
        bulkhead.getEventPublisher().onEvent(it -> heard.add(it.getEventType().name()));
        for (int i = 0; i < 100; i++) {
            bulkhead.acquirePermission();
        }

        assertThatThrownBy(bulkhead::acquirePermission).isInstanceOf(BulkheadFullException.class);
        bulkhead.onComplete();
        bulkhead.releasePermission();

        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(2);
        assertThat(heard)
                .hasSize(102)
                .startsWith("CALL_PERMITTED")
                .endsWith("CALL_REJECTED", "CALL_FINISHED");
        assertThat(breaker.snapshot().inFlight()).isEqualTo(98);
    }

    @Test
    void cannotBeSet() {
        assertThatThrownBy(() -> bulkhead.changeConfig(BulkheadConfig.ofDefaults()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("meridian.breaker.instances.stock.most-in-flight");
    }
}
