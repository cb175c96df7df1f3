package io.meridian.breaker.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.grpc.DoorClientInterceptor;
import io.meridian.breaker.grpc.SheddingServerInterceptor;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Priority;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;

class SheddingAutoConfigurationTest {

    private static final AutoConfigurations ALL = AutoConfigurations.of(
            ServletSheddingAutoConfiguration.class,
            GrpcServerSheddingAutoConfiguration.class,
            GrpcClientDoorAutoConfiguration.class);

    private final WebApplicationContextRunner service = new WebApplicationContextRunner().withConfiguration(ALL);

    @Test
    void bothDoorsShareOneDoorkeeperAsWideAsThePoolOfConnectionsWants() {
        service.withPropertyValues("spring.datasource.hikari.maximum-pool-size=16").run(context -> {
            assertThat(context).hasSingleBean(Doorkeeper.class).hasSingleBean(SheddingServerInterceptor.class);
            assertThat(context).hasSingleBean(DoorClientInterceptor.class);
            assertThat(context.getBean("sheddingFilter")).isInstanceOf(FilterRegistrationBean.class);
            assertThat(context.getBean(Doorkeeper.class).load().limit()).isEqualTo(64);
        });
    }

    @Test
    void withoutAPoolItIsAsWideAsTheProcessorsWant() {
        service.run(context -> assertThat(context.getBean(Doorkeeper.class).load().limit())
                .isEqualTo(8 * Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void itCanBeSaidAndSwitchedOff() {
        service.withPropertyValues("meridian.breaker.shedding.limit=7")
                .run(context ->
                        assertThat(context.getBean(Doorkeeper.class).load().limit()).isEqualTo(7));
        service.withPropertyValues("meridian.breaker.shedding.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(Doorkeeper.class));
    }

    @Test
    void aServiceWithoutAServletDoorHasNoFilter() {
        new ApplicationContextRunner()
                .withConfiguration(ALL)
                .run(context -> assertThat(context).doesNotHaveBean("sheddingFilter"));
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(ALL)
                .run(context -> assertThat(context).doesNotHaveBean("sheddingFilter"));
    }

    @Test
    void tablesAreReadFromTheSettings() {
        var properties = new Binder(new MapConfigurationPropertySource(Map.of(
                        "meridian.breaker.shedding.http.routes[0].path", "/api/orders/{id}/events",
                        "meridian.breaker.shedding.http.routes[1].method", "POST",
                        "meridian.breaker.shedding.http.routes[1].path", "/api/orders/{id}/cancel",
                        "meridian.breaker.shedding.http.routes[1].priority", "critical-plus",
                        "meridian.breaker.shedding.grpc.methods[0].name", "payment.v1.PaymentService/Void",
                        "meridian.breaker.shedding.grpc.methods[0].priority", "critical-plus")))
                .bind("meridian.breaker.shedding", SheddingProperties.class)
                .get();

        assertThat(properties.paths().of("GET", "/api/orders/1/events")).isEmpty();
        assertThat(properties.paths().of("POST", "/api/orders/1/cancel")).isEqualTo(Optional.of(Priority.CRITICAL_PLUS));
        assertThat(properties.grpc().methods())
                .containsExactly(new SheddingProperties.Method("payment.v1.PaymentService/Void", Priority.CRITICAL_PLUS));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, -1, 'meridian.breaker.shedding.limit must be in 1..100000, was -1'",
        "queue, -5, 'meridian.breaker.shedding.queue must be in 0..100000, was -5'",
        "target, 0ms, 'meridian.breaker.shedding.target must be from 1ms to 1000ms, was 0ms'",
        "interval, 1ms, 'meridian.breaker.shedding.interval must be from 5ms to 10000ms, was 1ms'"
    })
    void nonsenseIsRefusedWithItsNameAndItsRange(String name, String value, String message) {
        service.withPropertyValues("meridian.breaker.shedding." + name + "=" + value)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
    }
}
