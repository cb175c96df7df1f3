package io.meridian.observability.autoconfigure;

import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.servlet.RefusedRequest;
import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Load;
import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.observability.SheddingMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.Filter;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.function.SingletonSupplier;

/**
 * Publishes what a service's door decides, and joins the door to what it must not know: the deadline that a request has, and the words
 * that a refusal is given. {@link SheddingMeter} has the names.
 */
@AutoConfiguration(after = BreakerSignalsAutoConfiguration.class)
@ConditionalOnClass({Doorkeeper.class, MeterRegistry.class})
@ConditionalOnProperty(name = "meridian.breaker.shedding.enabled", matchIfMissing = true)
public final class SheddingSignalsAutoConfiguration {

    @Bean
    static DoorListener sheddingMetrics(ObjectProvider<MeterRegistry> meters) {
        return new SheddingMetrics(SingletonSupplier.of(meters::getObject));
    }

    @Bean
    MeterBinder sheddingLoad(ObjectProvider<Doorkeeper> doorkeepers) {
        return meters -> doorkeepers.ifAvailable(door -> {
            gauge(meters, door, SheddingMeter.WORKING, Load::working);
            gauge(meters, door, SheddingMeter.LIMIT, Load::limit);
            gauge(meters, door, SheddingMeter.WAITING, Load::waiting);
            gauge(meters, door, SheddingMeter.ADMITTED, Load::admittedShare);
        });
    }

    private static void gauge(
            MeterRegistry meters, Doorkeeper door, SheddingMeter meter, ToDoubleFunction<Load> value) {
        Gauge.builder(meter.getName(), door, it -> value.applyAsDouble(it.load())).register(meters);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DeadlineScope.class)
    static class Deadlines {

        @Bean
        @ConditionalOnMissingBean
        RemainingTime remainingTime() {
            return () -> {
                var scope = DeadlineScope.currentOrNull();
                return scope == null ? RemainingTime.UNKNOWN.nanos() : scope.deadline().remainingNanos();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ProblemException.class, RefusedRequest.class, Filter.class})
    static class Edges {

        @Bean
        @ConditionalOnMissingBean
        RefusedRequest refusedRequest() {
            return (_, _, refusal) -> {
                throw ProblemException.of(
                                Problem.OVERLOADED,
                                "There is too much to do at the moment. Nothing was done for this request; it may be repeated as it is.")
                        .header("Retry-After", Long.toString(refusal.retryAfterSeconds()));
            };
        }
    }
}
