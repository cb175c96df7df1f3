package io.meridian.payment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class PaymentSettingsTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void theDefaultsFitTogether() {
        service.run(context -> assertThat(context.getBean(PaymentSettings.class).patience())
                .hasNoNullFieldsOrProperties());
    }

    @ParameterizedTest
    @CsvSource({
        "provider-timeout=0s, provider-timeout must be 1 ms or more",
        "provider-calls=0, 'provider-calls must be in 1..1000, was 0'",
        "sweep-batch=1001, 'sweep-batch must be in 1..1000, was 1001'",
        "in-flight-for=1s, in-flight-for must be longer than provider-timeout",
        "unseen-for=999ms, unseen-for must be at least provider-timeout",
        "retry-at-most=100ms, retry-at-most must be at least retry-after",
        "valid-for=-1s, valid-for must be 1 ms or more",
        "sweep-every=0s, sweep-every must be 1 ms or more"
    })
    void whatCannotWorkIsRefusedByName(String setting, String refusal) {
        service.withPropertyValues("meridian.payment." + setting).run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining(refusal));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(PaymentSettings.class)
    static class Bound {}
}
