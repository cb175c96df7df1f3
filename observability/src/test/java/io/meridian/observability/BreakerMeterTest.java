package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.Faults;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.autoconfigure.BreakerAutoConfiguration;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.observability.autoconfigure.BreakerSignalsAutoConfiguration;
import io.meridian.testkit.ManualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class BreakerMeterTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(BreakerAutoConfiguration.class, BreakerSignalsAutoConfiguration.class));

    @Test
    void breakersArePublishedWheneverTheyAreMade() {
        runner.run(context -> {
            var breakers = context.getBean(Breakers.class);
            breakers.named("before");
            var meters = bound(context);
            var payment = breakers.named("payment");

            payment.leave(payment.enter(1_000_000), Outcome.TIMED_OUT, 1_000_000);
            payment.enter(Breaker.NO_DEADLINE);
            assertThat(payment.enter(0)).isNegative();

            assertThat(meters.scrape())
                    .contains("daac_limit{name=\"before\"} ")
                    .contains("daac_inflight{name=\"payment\"} 1.0")
                    .contains("daac_rejected_total{name=\"payment\",reason=\"deadline\"} 1.0")
                    .contains("daac_rejected_total{name=\"payment\",reason=\"open\"} 0.0")
                    .contains("daac_censored_total{name=\"payment\"} 1.0")
                    .contains("daac_without_deadline_total{name=\"payment\"} 1.0")
                    .contains("daac_target_seconds{name=\"payment\"}")
                    .contains("daac_slow_threshold_seconds{name=\"payment\"}")
                    .contains("daac_cusum{name=\"payment\"}")
                    .contains("resilience4j_circuitbreaker_state{", "name=\"payment\",state=\"closed\"} 1.0");
        });
    }

    @Test
    void changeIsWrittenDownOnceWithItsReason(CapturedOutput output) {
        runner.run(context -> {
            context.getBean(CircuitBreakerRegistry.class).circuitBreaker("payment").transitionToForcedOpenState();

            assertThat(output.getOut().lines().filter(it -> it.contains("breaker payment: ")))
                    .singleElement()
                    .asString()
                    .contains("an operator's word");
        });
    }

    @Test
    void spanOfWhoeverWasRefusedSaysSo() {
        var observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(_ -> true);
        runner.withBean(ObservationRegistry.class, () -> observations).run(context -> {
            var payment = context.getBean(Breakers.class).named("payment");
            var span = Observation.createNotStarted("server", observations);

            span.observe(() -> assertThat(payment.enter(0)).isNegative());

            assertThat(span.getContext().getHighCardinalityKeyValues())
                    .anyMatch(it -> it.getKey().equals("breaker.rejected") && it.getValue().equals("payment: deadline"));
        });
    }

    @Test
    void remainingTimeIsThatOfTheScope() {
        runner.run(context -> {
            var remaining = context.getBean(RemainingTime.class);
            var time = new ManualTime();
            var scope = DeadlineScope.root("http", Deadline.after(Duration.ofSeconds(2), time.nanos()));

            assertThat(remaining.nanos()).isEqualTo(Breaker.NO_DEADLINE);
            scope.run(() -> assertThat(remaining.nanos()).isEqualTo(2_000_000_000L));
        });
    }

    @Test
    void callThatEndsWithItsScopeHasRunOutOfTimeUnlessItsCallerLeft() {
        runner.run(context -> {
            var faults = context.getBean(Faults.class);

            assertThat(faults.outcomeOf(new ScopeEndedException(Ending.EXPIRED, "asking"))).isEqualTo(Outcome.TIMED_OUT);
            assertThat(faults.outcomeOf(new ScopeEndedException(Ending.CALLER_GONE, "asking"))).isEqualTo(Outcome.IGNORED);
            assertThat(faults.outcomeOf(new IllegalStateException())).isNull();
        });
    }

    @Test
    void degradedPathIsPublished() {
        runner.withBean(DegradedPath.class, () -> new DegradedPath() {
                    @Override
                    public String name() {
                        return "placing";
                    }

                    @Override
                    public boolean isDegraded() {
                        return true;
                    }
                })
                .run(context ->
                        assertThat(bound(context).scrape()).contains("meridian_degraded{path=\"placing\"} 1.0"));
    }

    @Test
    void serviceWithoutBreakersPublishesNothingOfThem() {
        runner.withPropertyValues("meridian.breaker.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(MeterBinder.class).doesNotHaveBean(Breakers.class);
        });
    }

    private static PrometheusMeterRegistry bound(ApplicationContext context) {
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        context.getBeansOfType(MeterBinder.class).values().forEach(it -> it.bindTo((MeterRegistry) meters));
        return meters;
    }
}
