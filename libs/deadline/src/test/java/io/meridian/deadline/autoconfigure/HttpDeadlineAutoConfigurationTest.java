package io.meridian.deadline.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.Hops;
import io.meridian.deadline.http.DeadlineFilter;
import io.meridian.deadline.tomcat.AttentiveProtocol;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.restclient.RestClientCustomizer;

class HttpDeadlineAutoConfigurationTest {

    private final WebApplicationContextRunner service = new WebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DeadlineAutoConfiguration.class,
                    HttpDeadlineAutoConfiguration.class,
                    TomcatDeadlineAutoConfiguration.class,
                    RestClientDeadlineAutoConfiguration.class,
                    WebClientDeadlineAutoConfiguration.class));

    @Test
    void needsNoSettings() {
        service.run(context -> {
            assertThat(context.getBean(FilterRegistrationBean.class).getFilter()).isInstanceOf(DeadlineFilter.class);
            assertThat(context).hasSingleBean(RestClientCustomizer.class).hasSingleBean(WebClientCustomizer.class);
            var hop = context.getBean(Hops.class).to("stock");
            assertThat(hop.name()).isEqualTo("stock");
            assertThat(hop.cap()).isEqualTo(Duration.ofSeconds(30));
            assertThat(protocolOf(context.getBean(WebServerFactoryCustomizer.class), new TomcatServletWebServerFactory()))
                    .isEqualTo(AttentiveProtocol.class.getName());
        });
    }

    @Test
    void canBeTakenAway() {
        service.withPropertyValues("meridian.deadline.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(FilterRegistrationBean.class)
                        .doesNotHaveBean(WebServerFactoryCustomizer.class)
                        .doesNotHaveBean(RestClientCustomizer.class)
                        .doesNotHaveBean(WebClientCustomizer.class));
        service.withPropertyValues("meridian.deadline.tomcat.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(FilterRegistrationBean.class)
                        .doesNotHaveBean(WebServerFactoryCustomizer.class));
    }

    @Test
    void protocolOfTheServicesChoiceStays() {
        service.run(context -> {
            var factory = new TomcatServletWebServerFactory();
            factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");

            assertThat(protocolOf(context.getBean(WebServerFactoryCustomizer.class), factory))
                    .isEqualTo("org.apache.coyote.http11.Http11Nio2Protocol");
        });
    }

    @Test
    void hostHasItsOwnLimits() {
        service.withPropertyValues("meridian.deadline.http.hops[pay.example.com].cap=800ms")
                .run(context -> {
                    assertThat(context.getBean(Hops.class).to("pay.example.com").cap())
                            .isEqualTo(Duration.ofMillis(800));
                    assertThat(context.getBean(Hops.class).to("example.com").cap())
                            .isEqualTo(Duration.ofSeconds(30));
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "usual=40s | meridian.deadline.http.usual must be more than 0 and at most 30000ms, was 40000ms",
                "usual=0s | meridian.deadline.http.usual must be more than 0 and at most 30000ms, was 0ms",
                "most=1s | meridian.deadline.http.usual must be more than 0 and at most 1000ms, was 5000ms",
                "management=-1s | meridian.deadline.http.management must be more than 0 and at most 3153600000000ms, was -1000ms",
                "routes[0].path=/a,routes[0].usual=2m | meridian.deadline.http.routes[/a].usual must be more than 0 and at most 30000ms, was 120000ms"
            })
    void settingThatMakesNoSenseIsRefusedByName(String settings, String message) {
        var values = settings.strip().split(",", -1);
        for (var i = 0; i < values.length; i++) {
            values[i] = "meridian.deadline.http." + values[i];
        }

        service.withPropertyValues(values)
                .run(context -> assertThat(context.getStartupFailure()).rootCause().hasMessage(message));
    }

    @SuppressWarnings("unchecked") // there is one, and it is for Tomcat
    private static String protocolOf(WebServerFactoryCustomizer<?> customizer, TomcatServletWebServerFactory factory) {
        ((WebServerFactoryCustomizer<TomcatServletWebServerFactory>) customizer).customize(factory);
        return factory.getProtocol();
    }
}
