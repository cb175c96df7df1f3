package io.meridian.deadline.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.gateway.ArrivalFilter;
import io.meridian.deadline.gateway.BudgetFilter;
import io.meridian.deadline.gateway.DispatchFilter;
import io.meridian.deadline.gateway.RouteBudgets;
import io.meridian.deadline.gateway.SpentFilter;
import io.meridian.deadline.reactor.ReactorDeadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.cloud.gateway.filter.GlobalFilter;

class GatewayDeadlineAutoConfigurationTest {

    private static final AutoConfigurations LEGS = AutoConfigurations.of(
            DeadlineAutoConfiguration.class,
            ReactorDeadlineAutoConfiguration.class,
            GatewayDeadlineAutoConfiguration.class);

    private final ReactiveWebApplicationContextRunner gateway =
            new ReactiveWebApplicationContextRunner().withConfiguration(LEGS);

    @Test
    void gatewayHasEverythingWithoutASetting() {
        gateway.run(context -> assertThat(context)
                .hasSingleBean(ReactorDeadline.class)
                .hasSingleBean(RouteBudgets.class)
                .hasSingleBean(ArrivalFilter.class)
                .hasSingleBean(SpentFilter.class)
                .hasSingleBean(BudgetFilter.class)
                .hasSingleBean(DispatchFilter.class)
                .hasSingleBean(DispatchFilter.Heads.class));
    }

    @Test
    void switchedOffThereIsNothing() {
        gateway.withPropertyValues("meridian.deadline.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ReactorDeadline.class)
                        .doesNotHaveBean(ArrivalFilter.class)
                        .doesNotHaveBean(GlobalFilter.class));
    }

    @Test
    void serviceThatIsNoGatewayHasNone() {
        gateway.withClassLoader(new FilteredClassLoader(GlobalFilter.class))
                .run(context -> assertThat(context).doesNotHaveBean("budgetFilter"));
        new WebApplicationContextRunner()
                .withConfiguration(LEGS)
                .run(context -> assertThat(context).doesNotHaveBean(BudgetFilter.class));
    }

    @Test
    void routesAreSetByTheirIds() {
        gateway.withPropertyValues(
                        "meridian.deadline.gateway.routes.slow.most=20s",
                        "meridian.deadline.gateway.routes.news.stream=true",
                        "meridian.deadline.gateway.routes.quick.usual=100ms")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({
        "meridian.deadline.gateway.least, -1ms, meridian.deadline.gateway.least must not be negative",
        "meridian.deadline.gateway.grace, 51ms, meridian.deadline.gateway.grace must be in 0..50 ms",
        "meridian.deadline.gateway.most, 31s, at most PT30S",
        "meridian.deadline.gateway.usual, 0s, above zero",
        "meridian.deadline.gateway.routes.slow.most, 31s, meridian.deadline.gateway.routes.slow"
    })
    void settingThatCannotBeIsRefusedByName(String name, String value, String words) {
        gateway.withPropertyValues(name + "=" + value)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(words));
    }
}
