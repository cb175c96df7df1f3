package io.meridian.observability.autoconfigure;

import io.meridian.edges.TraceIds;
import io.meridian.observability.Identity;
import io.meridian.outbox.HeaderSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import jakarta.servlet.Filter;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** Names the signals of a service and carries its trace to where no framework does. */
@AutoConfiguration(after = {OpenTelemetryTracingAutoConfiguration.class, MicrometerTracingAutoConfiguration.class})
public final class ObservabilityAutoConfiguration {

    /** Before any bean: the first thing that is wrong with a service is that nobody knows which one it is. */
    @Bean
    static BeanFactoryPostProcessor identityIsKnown(Environment environment) {
        return _ -> Identity.from(environment);
    }

    @Bean
    Identity identity(Environment environment) {
        return Identity.from(environment);
    }

    @Bean
    MeterRegistryCustomizer<MeterRegistry> identityTags(Identity identity) {
        return registry -> registry.config().commonTags(identity.tags());
    }

    /** The doors name the current trace in answers and refusals. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TraceIds.class)
    @ConditionalOnBean(Tracer.class)
    static class Edges {

        @Bean
        TraceIds traceIds(Tracer tracer) {
            return () -> {
                var span = tracer.currentSpan();
                var id = span == null ? "" : span.context().traceId();
                return id.isEmpty() ? null : id;
            };
        }
    }

    /** An event carries the trace of the request that caused it; the relay publishes it later and from another one. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HeaderSource.class)
    @ConditionalOnBean({Tracer.class, Propagator.class})
    static class Outbox {

        @Bean
        HeaderSource traceHeaders(Tracer tracer, Propagator propagator) {
            return () -> {
                var span = tracer.currentSpan();
                if (span == null) {
                    return Map.of();
                }
                var headers = new HashMap<String, String>();
                propagator.inject(span.context(), headers, (carrier, name, value) -> {
                    if (carrier != null) {
                        carrier.put(name, value);
                    }
                });
                return headers;
            };
        }
    }

    /** Scrapes and probes come every few seconds and mean nothing: they are neither traced nor timed. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ServerRequestObservationContext.class, Filter.class})
    static class ServletProbes {

        @Bean
        ObservationPredicate servletProbesAreNotObserved() {
            return (_, context) -> !(context instanceof ServerRequestObservationContext request
                    && request.getCarrier() != null
                    && Probes.isOne(request.getCarrier().getRequestURI()));
        }
    }

    /** The same for WebFlux. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({
        org.springframework.http.server.reactive.observation.ServerRequestObservationContext.class,
        org.reactivestreams.Publisher.class
    })
    static class ReactiveProbes {

        @Bean
        ObservationPredicate reactiveProbesAreNotObserved() {
            return (_, context) -> !(context
                            instanceof
                            org.springframework.http.server.reactive.observation.ServerRequestObservationContext request
                    && request.getCarrier() != null
                    && Probes.isOne(request.getCarrier().getURI().getPath()));
        }
    }
}
