package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.gateway.ArrivalFilter;
import io.meridian.deadline.gateway.BudgetFilter;
import io.meridian.deadline.gateway.DispatchFilter;
import io.meridian.deadline.gateway.RouteBudget;
import io.meridian.deadline.gateway.RouteBudgets;
import io.meridian.deadline.gateway.SpentFilter;
import io.meridian.deadline.reactor.ReactorDeadline;
import java.util.HashMap;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;

/** Deadlines at a Spring Cloud Gateway. */
@AutoConfiguration(after = ReactorDeadlineAutoConfiguration.class)
@ConditionalOnClass(GlobalFilter.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GatewayDeadlineProperties.class)
public class GatewayDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RouteBudgets routeBudgets(GatewayDeadlineProperties properties) {
        var usual = named("", () -> new RouteBudget(properties.usual(), properties.most(), false));
        var routes = new HashMap<String, RouteBudget>();
        properties.routes().forEach((id, route) -> routes.put(
                id, named(".routes." + id, () -> usual.with(route.usual(), route.most(), route.stream()))));
        return new RouteBudgets(usual, routes);
    }

    @Bean
    ArrivalFilter arrivalFilter(DeadlineListeners listeners) {
        return new ArrivalFilter(listeners.all());
    }

    @Bean
    SpentFilter spentFilter(DeadlineListeners listeners) {
        return new SpentFilter(listeners.all());
    }

    @Bean
    BudgetFilter budgetFilter(
            RouteBudgets budgets,
            ReactorDeadline deadlines,
            GatewayDeadlineProperties properties,
            DeadlineListeners listeners) {
        return new BudgetFilter(budgets, deadlines, properties.grace(), listeners.all());
    }

    @Bean
    DispatchFilter dispatchFilter(
            RouteBudgets budgets,
            GatewayDeadlineProperties properties,
            MissingDeadline missing,
            DeadlineListeners listeners) {
        return new DispatchFilter(budgets, properties.least(), missing, listeners.all());
    }

    @Bean
    DispatchFilter.Heads headsOfAnswers() {
        return new DispatchFilter.Heads();
    }

    private static RouteBudget named(String where, Supplier<RouteBudget> budget) {
        try {
            return budget.get();
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("meridian.deadline.gateway" + where + ": " + refused.getMessage(), refused);
        }
    }
}
