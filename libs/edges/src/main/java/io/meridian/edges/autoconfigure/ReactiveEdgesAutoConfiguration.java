package io.meridian.edges.autoconfigure;

import io.meridian.edges.ServedBy;
import io.meridian.edges.TraceIds;
import io.meridian.edges.reactive.ReactiveEdge;
import io.meridian.edges.reactive.ReactiveRefusals;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.DispatcherHandler;

/** The WebFlux door. */
@AutoConfiguration(after = EdgesAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
public final class ReactiveEdgesAutoConfiguration {

    @Bean
    ReactiveRefusals reactiveRefusals(ObjectProvider<TraceIds> traceIds) {
        return new ReactiveRefusals(traceIds.getIfAvailable(() -> () -> null));
    }

    @Bean
    ReactiveEdge reactiveEdge(ServedBy servedBy, ObjectProvider<TraceIds> traceIds, EdgesProperties properties) {
        return new ReactiveEdge(
                servedBy,
                traceIds.getIfAvailable(() -> () -> null),
                properties.maxBody().toBytes(),
                System::nanoTime);
    }
}
