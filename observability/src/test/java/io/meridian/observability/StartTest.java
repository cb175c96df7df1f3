package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What a service needs to start, and what it does on the network when it has. */
@ExtendWith(OutputCaptureExtension.class)
class StartTest {

    private static final String[] IDENTITY = {
        "--spring.application.name=probe-service", "--meridian.version=v7", "--meridian.environment=test"
    };

    @Test
    void serviceThatDoesNotKnowItselfDoesNotStart(CapturedOutput output) {
        assertThatExceptionOfType(MissingIdentityException.class)
                .isThrownBy(() -> start("--spring.application.name=probe-service", "--meridian.environment=test"));

        assertThat(output).contains("Not set: meridian.version.").contains("MERIDIAN_VERSION");
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    @Test
    void everythingMissingIsNamedAtOnce(CapturedOutput output) {
        assertThatExceptionOfType(MissingIdentityException.class).isThrownBy(() -> start("--meridian.version= "));

        assertThat(output).contains("spring.application.name, meridian.version, meridian.environment");
    }

    @Test
    void serviceThatKnowsItselfStartsAndExportsNothing() {
        try (var context = start(IDENTITY)) {
            assertThat(context.getBeanProvider(SpanExporter.class).stream()).isEmpty();
            assertThat(context.getBean(Identity.class))
                    .isEqualTo(new Identity("probe-service", "v7", "stable", "test"));
        }
    }

    @Test
    void spansGoWhereTheEndpointSays() throws IOException {
        try (var collector = new Peer();
                var context = start(
                        IDENTITY[0],
                        IDENTITY[1],
                        IDENTITY[2],
                        "--management.opentelemetry.tracing.export.otlp.endpoint=" + collector.url() + "/v1/traces",
                        "--management.opentelemetry.tracing.export.schedule-delay=50ms")) {
            Observation.createNotStarted("work", context.getBean(ObservationRegistry.class))
                    .observe(() -> {});

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(collector.asked)
                            .extracting(Peer.Asked::path)
                            .contains("/v1/traces"));
        }
    }

    @Test
    void serviceOverridesADefaultByItsOwnConfiguration() {
        try (var context = start(IDENTITY[0], IDENTITY[1], IDENTITY[2], "--management.tracing.sampling.probability=0.1")) {
            assertThat(context.getEnvironment().getProperty("management.tracing.sampling.probability"))
                    .isEqualTo("0.1");
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                "io.meridian.outbox.autoconfigure.OutboxAutoConfiguration",
                "io.meridian.outbox.autoconfigure.EventListenerAutoConfiguration",
                "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
            })
    static class Service {}
}
