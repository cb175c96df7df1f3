package io.meridian.breaker.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.BreakerListeners;
import io.meridian.breaker.BreakerState;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.Tuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveRegistryTest {

    private final List<CircuitBreaker> added = new ArrayList<>();
    private final AdaptiveRegistry registry = new AdaptiveRegistry(
            Map.of("careful", CircuitBreakerConfig.custom().recordExceptions(IllegalStateException.class).build()),
            List.of(),
            Map.of("house", "meridian"),
            (name, config, tags) -> name.startsWith("static-")
                    ? CircuitBreaker.of(name, config, tags)
                    : adaptive(name, config, tags, BreakerListeners.NONE));

    private static AdaptiveCircuitBreaker adaptive(
            String name, CircuitBreakerConfig config, Map<String, String> tags, BreakerListener listener) {
        return new AdaptiveCircuitBreaker(
                name, config, tags, Tuning.USUAL, System::nanoTime, new Random(4), RemainingTime.UNKNOWN, listener);
    }

    @Test
    void whoeverListensHearsOfTheAdaptiveOneAndNotOfABareOne() {
        registry.getEventPublisher().onEntryAdded(it -> added.add(it.getAddedEntry()));

        var stock = registry.circuitBreaker("stock");

        assertThat(added).containsExactly(stock);
        assertThat(registry.getAllCircuitBreakers()).containsExactly(stock);
    }

    @Test
    void makesOneForEachNameInWhateverWayItIsAskedFor() {
        var stock = registry.circuitBreaker("stock", "careful", Map.of("team", "shop"));

        assertThat(registry.circuitBreaker("stock")).isSameAs(stock);
        assertThat(registry.circuitBreaker("stock", Map.of())).isSameAs(stock);
        assertThat(registry.circuitBreaker("stock", CircuitBreakerConfig.ofDefaults()))
                .isSameAs(stock);
        assertThat(registry.circuitBreaker("stock", CircuitBreakerConfig::ofDefaults))
                .isSameAs(stock);
        assertThat(registry.circuitBreaker("stock", "careful")).isSameAs(stock);
        assertThat(stock.getTags()).containsOnly(Map.entry("team", "shop"), Map.entry("house", "meridian"));
        assertThat(stock.getCircuitBreakerConfig().getRecordExceptionPredicate().test(new IllegalStateException()))
                .isTrue();
        assertThat(stock.getCircuitBreakerConfig().getRecordExceptionPredicate().test(new RuntimeException()))
                .isFalse();
    }

    @Test
    void aConfigurationNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> registry.circuitBreaker("stock", "careless"))
                .isInstanceOf(ConfigurationNotFoundException.class);
    }

    @Test
    void thoseThatAreNotAdaptiveAreBreakersToo() {
        var breakers = new RegisteredBreakers(registry, BreakerListeners.NONE);

        var plain = breakers.named("static-stock");
        plain.leave(plain.enter(Breaker.NO_DEADLINE), Outcome.SUCCEEDED, Breaker.NO_DEADLINE);
        plain.leave(plain.enter(1), Outcome.IGNORED, 1);
        plain.leave(plain.enter(1), Outcome.TIMED_OUT, 1);

        assertThat(breakers.named("static-stock")).isSameAs(plain);
        assertThat(plain.snapshot().admitted()).isEqualTo(3);
        assertThat(plain.snapshot().withoutDeadline()).isEqualTo(1);
        assertThat(plain.snapshot().inFlight()).isZero();
        assertThat(registry.circuitBreaker("static-stock").getMetrics().getNumberOfBufferedCalls())
                .isEqualTo(2);
    }

    @Test
    void theTickerOpensABreakerThatNobodyAsks() throws Exception {
        var opened = new CompletableFuture<String>();
        var hanging = new AdaptiveRegistry(
                Map.of(), List.of(), Map.of(), (name, config, tags) -> adaptive(name, config, tags, new BreakerListener() {
                    @Override
                    public void changed(String breaker, String from, String to, String why) {
                        opened.complete(to);
                    }
                }));
        var stock = (AdaptiveCircuitBreaker) hanging.circuitBreaker("stock");
        for (int i = 0; i < 10; i++) {
            stock.enter(TimeUnit.MINUTES.toNanos(1));
        }

        try (var _ = new Ticker(hanging, Duration.ofMillis(20).toNanos())) {
            assertThat(opened.get(30, TimeUnit.SECONDS)).isEqualTo(BreakerState.OPEN.name());
        }
    }
}
