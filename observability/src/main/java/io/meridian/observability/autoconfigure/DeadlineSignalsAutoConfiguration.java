package io.meridian.observability.autoconfigure;

import io.meridian.deadline.DeadlineListener;
import io.grpc.ClientInterceptor;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Hop;
import io.meridian.deadline.grpc.DeadlineClientInterceptor;
import io.meridian.edges.ServerTiming;
import io.meridian.edges.TimeIsUp;
import io.meridian.edges.grpc.CallReserve;
import io.meridian.observability.DeadlineAttribute;
import io.meridian.observability.DeadlineMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.client.GlobalClientInterceptor;
import org.springframework.util.function.SingletonSupplier;

/**
 * Counts what the deadline library says about itself and says it on spans; {@link DeadlineMeter} and {@link DeadlineAttribute} have the
 * names. The registries are asked for late: whatever bounds a data source needs its listeners before they are there.
 */
@AutoConfiguration(afterName = "org.springframework.boot.grpc.client.autoconfigure.GrpcClientObservationAutoConfiguration")
@ConditionalOnClass({DeadlineListener.class, MeterRegistry.class})
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
public final class DeadlineSignalsAutoConfiguration {

    @Bean
    static DeadlineMetrics deadlineMetrics(ObjectProvider<MeterRegistry> meters) {
        return new DeadlineMetrics(SingletonSupplier.of(meters::getObject));
    }

    @Bean
    static DeadlineSpans deadlineSpans(ObjectProvider<ObservationRegistry> observations) {
        return new DeadlineSpans(
                SingletonSupplier.of(() -> observations.getIfAvailable(() -> ObservationRegistry.NOOP)));
    }

    /** The timing that a request is answered with says what it was granted. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ServerTiming.class)
    static class Edges {

        @Bean
        TimeIsUp timeIsUp() {
            return () -> {
                var scope = DeadlineScope.currentOrNull();
                return scope != null && scope.isOver();
            };
        }

        @Bean
        DeadlineListener deadlineTiming() {
            return new DeadlineListener() {
                @Override
                public void opened(DeadlineScope scope) {
                    ServerTiming.current()
                            .ifPresent(timing -> timing.granted(scope.deadline().budget()));
                }
            };
        }
    }

    /**
     * The span of a gRPC call says what the call was granted. The last of those that do not say where they stand, so inside the span,
     * which begins when the call does and not when it is granted.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({DeadlineClientInterceptor.class, ClientInterceptor.class, GlobalClientInterceptor.class})
    static class GrpcCalls {

        @Bean
        @GlobalClientInterceptor
        GrantedCalls grantedCalls(ObjectProvider<ObservationRegistry> observations) {
            return new GrantedCalls(observations.getIfAvailable(() -> ObservationRegistry.NOOP));
        }
    }

    /** The timing of a gRPC call says what was kept back for it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({DeadlineClientInterceptor.class, ClientInterceptor.class, CallReserve.class})
    static class GrpcTiming {

        @Bean
        CallReserve callReserve() {
            return options -> Optional.ofNullable(options.getOption(DeadlineClientInterceptor.GRANTED))
                    .map(Hop.Budget.Granted::reserved);
        }
    }
}
