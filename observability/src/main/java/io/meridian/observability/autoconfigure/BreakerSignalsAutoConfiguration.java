package io.meridian.observability.autoconfigure;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.meridian.breaker.BreakerListener;
import io.meridian.breaker.Faults;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.RemainingTime;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.observability.BreakerMeter;
import io.meridian.observability.BreakerMeter.BreakerTag;
import io.meridian.observability.DegradedPath;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * Publishes what the breakers of a service know and do, and joins them to what they must not know: the deadline that work has.
 * {@link BreakerMeter} has the names.
 */
@AutoConfiguration(afterName = "io.meridian.breaker.autoconfigure.BreakerAutoConfiguration")
@ConditionalOnClass({BreakerListener.class, MeterRegistry.class})
@ConditionalOnProperty(name = "meridian.breaker.enabled", matchIfMissing = true)
public final class BreakerSignalsAutoConfiguration {

    /** The registry of spans is asked for late: a breaker may be needed before it can be had. */
    @Bean
    BreakerListener breakerNews(ObjectProvider<ObservationRegistry> observations) {
        return new BreakerNews(
                SingletonSupplier.of(() -> observations.getIfAvailable(() -> ObservationRegistry.NOOP)));
    }

    @Bean
    @ConditionalOnBean(CircuitBreakerRegistry.class)
    MeterBinder breakerMetrics(CircuitBreakerRegistry registry) {
        return new BreakerMetrics(registry);
    }

    @Bean
    MeterBinder degradedPaths(ObjectProvider<DegradedPath> paths) {
        return meters -> paths.orderedStream()
                .forEach(path -> Gauge.builder(BreakerMeter.DEGRADED.getName(), path, it -> it.isDegraded() ? 1 : 0)
                        .tag(BreakerTag.PATH.asString(), path.name())
                        .register(meters));
    }

    /** Resilience4j's own meters; its starter, where it is, publishes them itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TaggedCircuitBreakerMetrics.class)
    @ConditionalOnMissingClass("io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerMetricsAutoConfiguration")
    @ConditionalOnBean(CircuitBreakerRegistry.class)
    static class Resilience4j {

        @Bean
        MeterBinder circuitBreakerMetrics(CircuitBreakerRegistry registry) {
            return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DeadlineScope.class)
    static class Deadlines {

        @Bean
        @ConditionalOnMissingBean
        RemainingTime remainingTimeOfCalls() {
            return () -> {
                var scope = DeadlineScope.currentOrNull();
                return scope == null
                        ? RemainingTime.UNKNOWN.nanos()
                        : scope.deadline().remainingNanos();
            };
        }

        /** A call that ends with its scope has run out of time, or its caller has left. */
        @Bean
        Faults endsOfScopes() {
            return thrown -> thrown instanceof ScopeEndedException ended
                    ? ended.ending() == Ending.EXPIRED ? Outcome.TIMED_OUT : Outcome.IGNORED
                    : null;
        }
    }
}
