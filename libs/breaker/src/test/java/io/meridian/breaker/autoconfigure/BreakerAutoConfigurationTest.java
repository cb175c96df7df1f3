package io.meridian.breaker.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.common.circuitbreaker.monitoring.endpoint.UpdateState;
import io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadAutoConfiguration;
import io.github.resilience4j.springboot.bulkhead.autoconfigure.BulkheadMetricsAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerMetricsAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakersHealthIndicatorAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.monitoring.endpoint.CircuitBreakerEndpoint;
import io.github.resilience4j.springboot.circuitbreaker.monitoring.endpoint.CircuitBreakerEventsEndpoint;
import io.github.resilience4j.springboot.circuitbreaker.monitoring.health.CircuitBreakersHealthIndicator;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.resilience4j.AdaptiveBulkhead;
import io.meridian.breaker.resilience4j.AdaptiveCircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class BreakerAutoConfigurationTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ApplicationContextRunner alone = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    BreakerAutoConfiguration.class,
                    BreakerBulkheadAutoConfiguration.class,
                    BreakersEndpointAutoConfiguration.class));

    private final ApplicationContextRunner besideTheStarter = alone.withConfiguration(AutoConfigurations.of(
                    HealthContributorRegistryAutoConfiguration.class,
                    HealthEndpointAutoConfiguration.class,
                    BulkheadAutoConfiguration.class,
                    BulkheadMetricsAutoConfiguration.class,
                    CircuitBreakerAutoConfiguration.class,
                    CircuitBreakerMetricsAutoConfiguration.class,
                    CircuitBreakersHealthIndicatorAutoConfiguration.class))
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withPropertyValues(
                    "management.endpoints.web.exposure.include=*",
                    "management.health.circuitbreakers.enabled=true",
                    "resilience4j.circuitbreaker.instances.stock.register-health-indicator=true",
                    "resilience4j.circuitbreaker.instances.stock.ignore-exceptions=java.lang.IllegalStateException");

    @Test
    void aNameIsEnough() {
        withoutTheStarter(alone).run(context -> {
            var breaker = context.getBean(Breakers.class).named("stock");

            long permit = breaker.enter(SECOND);
            breaker.leave(permit, Outcome.SUCCEEDED, SECOND);

            assertThat(breaker).isInstanceOf(AdaptiveCircuitBreaker.class);
            assertThat(breaker.snapshot().succeeded()).isEqualTo(1);
            assertThat(context.getBean(Breakers.class).named("stock")).isSameAs(breaker);
            assertThat(context.getBean(CircuitBreakerRegistry.class).circuitBreaker("stock"))
                    .isSameAs(breaker);
            assertThat(context.getBean(Breakers.class).all()).containsExactly(breaker);
        });
    }

    @Test
    void itsLimitIsShownAmongTheBulkheads() {
        withoutTheStarter(alone).run(context -> {
            context.getBean(Breakers.class).named("stock");

            assertThat(context.getBean(BulkheadRegistry.class).bulkhead("stock"))
                    .isInstanceOf(AdaptiveBulkhead.class)
                    .extracting(it -> it.getMetrics().getMaxAllowedConcurrentCalls())
                    .isEqualTo(100);
        });
    }

    @Test
    void resilience4jsStarterBuildsUponIt() {
        besideTheStarter.run(context -> {
            var registry = context.getBean(CircuitBreakerRegistry.class);

            var stock = registry.circuitBreaker("stock");

            assertThat(context).hasSingleBean(CircuitBreakerRegistry.class);
            assertThat(stock).isInstanceOf(AdaptiveCircuitBreaker.class);
            assertThat(stock.getCircuitBreakerConfig()
                            .getIgnoreExceptionPredicate()
                            .test(new IllegalStateException()))
                    .isTrue();
        });
    }

    @Test
    void resilience4jsMetricsSeeIt() {
        besideTheStarter.run(context -> {
            var stock = (AdaptiveCircuitBreaker) context.getBean(Breakers.class).named("stock");
            stock.leave(stock.enter(SECOND), Outcome.SUCCEEDED, SECOND);
            stock.leave(stock.enter(SECOND), Outcome.FAILED, SECOND);
            stock.transitionToOpenState();
            stock.enter(SECOND);

            var meters = context.getBean(MeterRegistry.class);

            assertThat(meters.get("resilience4j.circuitbreaker.state")
                            .tags("name", "stock", "state", "open")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(meters.get("resilience4j.circuitbreaker.buffered.calls")
                            .tags("name", "stock", "kind", "failed")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(meters.get("resilience4j.circuitbreaker.calls")
                            .tags("name", "stock", "kind", "successful")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("resilience4j.circuitbreaker.not.permitted.calls")
                            .tags("name", "stock")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("resilience4j.bulkhead.max.allowed.concurrent.calls")
                            .tags("name", "stock")
                            .gauge()
                            .value())
                    .isEqualTo(stock.snapshot().limit());
        });
    }

    @Test
    void resilience4jsEndpointsAndHealthSeeIt() {
        besideTheStarter.run(context -> {
            var stock = (AdaptiveCircuitBreaker) context.getBean(Breakers.class).named("stock");
            stock.leave(stock.enter(SECOND), Outcome.FAILED, SECOND);
            context.getBean(CircuitBreakerEndpoint.class)
                    .updateCircuitBreakerState("stock", UpdateState.FORCE_OPEN);

            assertThat(stock.getState()).isEqualTo(CircuitBreaker.State.FORCED_OPEN);
            assertThat(context.getBean(CircuitBreakerEndpoint.class)
                            .getAllCircuitBreakers()
                            .getCircuitBreakers())
                    .extractingByKey("stock")
                    .extracting("state")
                    .isEqualTo(CircuitBreaker.State.FORCED_OPEN);
            assertThat(context.getBean(CircuitBreakersHealthIndicator.class).health())
                    .asString()
                    .contains("stock", "FORCED_OPEN");
            assertThat(context.getBean(CircuitBreakerEventsEndpoint.class)
                            .getEventsFilteredByCircuitBreakerName("stock")
                            .getCircuitBreakerEvents())
                    .extracting(it -> String.valueOf(it.getType()))
                    .containsExactly("ERROR", "STATE_TRANSITION");
        });
    }

    @Test
    void theEndpointSaysWhatEachDoesAndWhy() {
        alone.withPropertyValues("management.endpoints.web.exposure.include=breakers")
                .run(context -> {
                    var stock =
                            (AdaptiveCircuitBreaker) context.getBean(Breakers.class).named("stock");
                    stock.transitionToForcedOpenState();

                    var endpoint = context.getBean(BreakersEndpoint.class);

                    assertThat(endpoint.all().breakers()).hasSize(1);
                    assertThat(endpoint.one("stock")).isNotNull().satisfies(it -> {
                        assertThat(it.state()).isEqualTo("FORCED_OPEN");
                        assertThat(it.why()).isEqualTo("an operator's word");
                    });
                    assertThat(endpoint.one("nobody")).isNull();
                });
    }

    @Test
    void aStaticOneIsResilience4jsOwn() {
        alone.withPropertyValues("meridian.breaker.instances.stock.mode=static").run(context -> {
            var plain = context.getBean(CircuitBreakerRegistry.class).circuitBreaker("stock");
            var breaker = context.getBean(Breakers.class).named("stock");

            assertThat(plain).isNotInstanceOf(Breaker.class);
            assertThat(breaker.enter(0)).isEqualTo(Rejection.DEADLINE.permit());
            for (int i = 0; i < 100; i++) {
                breaker.leave(breaker.enter(SECOND), Outcome.FAILED, SECOND);
            }
            assertThat(plain.getState()).isEqualTo(CircuitBreaker.State.OPEN);
            assertThat(breaker.enter(SECOND)).isEqualTo(Rejection.OPEN.permit());
            assertThat(breaker.snapshot().retryAfter()).isPositive();
            assertThat(context.getBean(Breakers.class).named("stock")).isSameAs(breaker);
        });
    }

    @Test
    void boundsHoldForTheirInstance() {
        alone.withPropertyValues(
                        "meridian.breaker.most-in-flight=50", "meridian.breaker.instances.stock.most-in-flight=7")
                .run(context -> {
                    var breakers = context.getBean(Breakers.class);

                    assertThat(breakers.named("stock").snapshot().limit()).isEqualTo(7);
                    assertThat(breakers.named("other").snapshot().limit()).isEqualTo(50);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
            meridian.breaker.least-in-flight=-1 | meridian.breaker.least-in-flight must be 0 to 10000, was -1
            meridian.breaker.least-in-flight=10001 | meridian.breaker.least-in-flight must be 0 to 10000, was 10001
            meridian.breaker.most-in-flight=100001 | meridian.breaker.most-in-flight must be 1 to 100000, was 100001
            meridian.breaker.instances.stock.most-in-flight=0 | meridian.breaker.instances.stock.most-in-flight must be 1 to 100000, was 0
            meridian.breaker.mode=clever | clever
            """)
    void nonsenseIsRefusedByNameValueAndRange(String property, String message) {
        alone.withPropertyValues(property)
                .run(context ->
                        assertThat(context).getFailure().rootCause().message().contains(message));
    }

    @Test
    void nothingIsThereWhenItIsOff() {
        alone.withPropertyValues("meridian.breaker.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(Breakers.class)
                .doesNotHaveBean(CircuitBreakerRegistry.class));
    }

    @Test
    void asksForTheRemainingTimeAndTellsTheListeners() {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        alone.withBean(RemainingTime.class, () -> () -> 0)
                .withBean(BreakerListener.class, () -> new BreakerListener() {
                    @Override
                    public void rejected(String breaker, Rejection why) {
                        heard.add(breaker + " " + why);
                    }
                })
                .run(context -> {
                    var stock = context.getBean(CircuitBreakerRegistry.class).circuitBreaker("stock");

                    assertThat(stock.tryAcquirePermission()).isFalse();
                    assertThat(heard).containsExactly("stock DEADLINE");
                });
    }

    private static ApplicationContextRunner withoutTheStarter(ApplicationContextRunner runner) {
        return runner.withClassLoader(new FilteredClassLoader(
                "io.github.resilience4j.spring6", "io.github.resilience4j.springboot", "io.github.resilience4j.common"));
    }
}
