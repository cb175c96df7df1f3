package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.servlet.RefusedRequest;
import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.DoorSettings;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Priority;
import io.meridian.breaker.shedding.Refusal;
import io.meridian.breaker.shedding.Shed;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.edges.ProblemException;
import io.meridian.observability.autoconfigure.SheddingSignalsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class SheddingMeterTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SheddingSignalsAutoConfiguration.class))
            .withBean(MeterRegistry.class, () -> meters);

    @Test
    void whatADoorDecidesIsCountedByPriorityAndReason() {
        runner.run(context -> {
            var listener = context.getBean(DoorListener.class);

            listener.shed(Priority.SHEDDABLE_PLUS, Shed.STALE);
            listener.shed(Priority.SHEDDABLE_PLUS, Shed.STALE);
            listener.admitted(Priority.CRITICAL, Duration.ofMillis(3).toNanos());

            assertThat(meters.get("meridian.shedding.shed")
                            .tags("priority", "sheddable_plus", "reason", "stale")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(meters.get("meridian.shedding.wait")
                            .tag("priority", "critical")
                            .timer()
                            .totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(3);
        });
    }

    @Test
    void whatGoesOnAtADoorIsPublished() {
        var door = new Doorkeeper(DoorSettings.of(4), System::nanoTime, new SplittableRandom(1), DoorListener.NONE);
        runner.withBean(Doorkeeper.class, () -> door).run(context -> {
            context.getBean(MeterBinder.class).bindTo(meters);
            try (var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
                assertThat(gauge("meridian.shedding.working")).isEqualTo(1);
                assertThat(gauge("meridian.shedding.limit")).isEqualTo(4);
                assertThat(gauge("meridian.shedding.waiting")).isEqualTo(0);
                assertThat(gauge("meridian.shedding.admitted")).isEqualTo(1);
            }
        });
    }

    @Test
    void theDoorIsToldWhatIsLeftOfTheDeadline() {
        runner.run(context -> {
            var remaining = context.getBean(RemainingTime.class);

            assertThat(remaining.nanos()).isEqualTo(Breaker.NO_DEADLINE);
            var left = DeadlineScope.root("http", Deadline.after(Duration.ofMinutes(1))).call(remaining::nanos);
            assertThat(left).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1).toNanos());
        });
    }

    @Test
    void aRefusedRequestIsAProblemThatSaysWhenToComeBack() {
        runner.run(context -> {
            var refusal = new Refusal(Priority.CRITICAL, Shed.FULL, Duration.ofMillis(2_500));

            assertThatThrownBy(() -> context.getBean(RefusedRequest.class)
                            .answer(new MockHttpServletRequest(), new MockHttpServletResponse(), refusal))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.problem().type()).isEqualTo("/problems/overloaded");
                        assertThat(problem.headers()).containsEntry("Retry-After", "3");
                    });
        });
    }

    @Test
    void aServiceWithoutTheOtherLibrariesStillCounts() {
        runner.withClassLoader(new FilteredClassLoader(DeadlineScope.class, ProblemException.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(DoorListener.class)
                        .doesNotHaveBean(RefusedRequest.class)
                        .doesNotHaveBean(RemainingTime.class));
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }
}
