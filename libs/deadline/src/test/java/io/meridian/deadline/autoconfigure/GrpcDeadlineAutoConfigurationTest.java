package io.meridian.deadline.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.meridian.deadline.Hop;
import io.meridian.deadline.grpc.CallBudgets;
import io.meridian.deadline.grpc.DeadlineClientInterceptor;
import io.meridian.deadline.grpc.DeadlineServerInterceptor;
import io.meridian.deadline.grpc.Hops;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class GrpcDeadlineAutoConfigurationTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DeadlineAutoConfiguration.class,
                    GrpcServerDeadlineAutoConfiguration.class,
                    GrpcClientDeadlineAutoConfiguration.class));

    @Test
    void isThereWithoutAnySetting() {
        context.run(it -> assertThat(it)
                .hasNotFailed()
                .hasSingleBean(DeadlineServerInterceptor.class)
                .hasSingleBean(DeadlineClientInterceptor.class));
    }

    @Test
    void isAwayWhenDeadlinesAreOff() {
        context.withPropertyValues("meridian.deadline.enabled=false").run(it -> assertThat(it)
                .hasNotFailed()
                .doesNotHaveBean(DeadlineServerInterceptor.class)
                .doesNotHaveBean(DeadlineClientInterceptor.class));
    }

    @Test
    void isAwayWithoutGrpc() {
        context.withClassLoader(new FilteredClassLoader("io.grpc", "org.springframework.grpc"))
                .run(it -> assertThat(it)
                        .hasNotFailed()
                        .doesNotHaveBean(DeadlineServerInterceptor.class)
                        .doesNotHaveBean(DeadlineClientInterceptor.class));
    }

    @Test
    void ownInterceptorReplacesOurs() {
        context.withUserConfiguration(Own.class).run(it -> assertThat(it)
                .hasSingleBean(DeadlineServerInterceptor.class)
                .getBean(DeadlineServerInterceptor.class)
                .isSameAs(it.getBean("own")));
    }

    @Test
    void hopHasItsSettingsAndTheOthersTheUsual() {
        context.withPropertyValues(
                        "meridian.deadline.grpc.hops.inventory.cap=2s", "meridian.deadline.grpc.hops.payment.least=40ms")
                .run(it -> {
                    var hops = it.getBean(Hops.class);

                    assertThat(hops.to(method("inventory.v1.InventoryService/Hold")).cap())
                            .isEqualTo(Duration.ofSeconds(2));
                    assertThat(hops.to(method("order.v1.OrderService/Get")).cap()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(hops.to(method("payment.v1.PaymentService/Authorise"))
                                    .grant(io.meridian.deadline.Deadline.after(Duration.ofMillis(30))))
                            .isInstanceOfSatisfying(
                                    Hop.Budget.Refused.class,
                                    refused -> assertThat(refused.least()).isEqualTo(Duration.ofMillis(40)));
                });
    }

    @Test
    void oneHopServesAllCallsToANeighbour() {
        context.run(it -> {
            var hops = it.getBean(Hops.class);

            assertThat(hops.to(method("inventory.v1.InventoryService/Hold")))
                    .isSameAs(hops.to(method("inventory.v1.InventoryService/Release")))
                    .isNotSameAs(hops.to(method("payment.v1.PaymentService/Authorise")));
            assertThat(hops.to(method("Greeter/Hello")).name()).isEqualTo("greeter");
        });
    }

    @Test
    void settingThatCannotBeIsNamed() {
        context.withPropertyValues("meridian.deadline.grpc.usual=1m").run(it -> assertThat(it)
                .getFailure()
                .rootCause()
                .hasMessage("usual must be more than zero and at most as long as most (PT30S), was PT1M"));
        context.withPropertyValues("meridian.deadline.grpc.hops.inventory.least=1m")
                .run(it -> assertThat(it)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("hop inventory needs 0 <= least <= cap"));
    }

    private static MethodDescriptor<String, String> method(String name) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new NoText())
                .setResponseMarshaller(new NoText())
                .build();
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {

        @Bean
        DeadlineServerInterceptor own() {
            return new DeadlineServerInterceptor(
                    new CallBudgets(Duration.ofSeconds(2), Duration.ofSeconds(1), List.of()),
                    io.meridian.deadline.DeadlineListeners.NONE);
        }
    }

    private static final class NoText implements MethodDescriptor.Marshaller<String> {

        @Override
        public java.io.InputStream stream(String value) {
            return java.io.InputStream.nullInputStream();
        }

        @Override
        public String parse(java.io.InputStream stream) {
            return "";
        }
    }
}
