package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.observability.autoconfigure.DeadlineSignalsAutoConfiguration;
import io.meridian.testkit.ManualTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Spans say what their request was granted and what was left of it, however scope and span are nested. */
class DeadlineSpansTest {

    private final ManualTime time = new ManualTime();
    private final DeadlineScope scope =
            DeadlineScope.root("http", Deadline.after(Duration.ofMillis(2000), time.nanos()));
    private final Map<String, Map<String, String>> spans = new HashMap<>();

    @Test
    void scopeInsideTheServersSpanIsSaidOnIt() {
        observed((observations, listener) -> observation("server", received(), observations)
                .observe(() -> {
                    time.advance(Duration.ofMillis(10));
                    listener.opened(scope);
                    scope.run(() -> time.advance(Duration.ofMillis(500)));
                    listener.closed(scope, Duration.ofMillis(2000), Duration.ofMillis(510));
                }));

        assertThat(spans.get("server"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "deadline.budget_ms", "2000.0",
                        "deadline.remaining_start_ms", "1990.0",
                        "deadline.remaining_end_ms", "1490.0"));
    }

    @Test
    void serversSpanInsideTheScopeSaysTheSame() {
        observed((observations, listener) -> {
            listener.opened(scope);
            scope.run(() -> observation("server", received(), observations)
                    .observe(() -> time.advance(Duration.ofMillis(500))));
        });

        assertThat(spans.get("server"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "deadline.budget_ms", "2000.0",
                        "deadline.remaining_start_ms", "2000.0",
                        "deadline.remaining_end_ms", "1500.0"));
    }

    @Test
    void spanThatEndsTooLateSaysByHowMuchAndWhy() {
        observed((observations, listener) -> {
            var late = observation("late", received(), observations);
            var left = observation("left", received(), observations);
            var gone = DeadlineScope.root("http", Deadline.after(Duration.ofSeconds(9), time.nanos()));
            late.observe(() -> {
                listener.opened(scope);
                time.advance(Duration.ofMillis(2012));
            });
            left.observe(() -> {
                listener.opened(gone);
                gone.cancel();
            });
        });

        assertThat(spans.get("late"))
                .containsEntry("deadline.remaining_end_ms", "-12.0")
                .containsEntry("deadline.ending", "expired");
        assertThat(spans.get("left"))
                .containsEntry("deadline.remaining_end_ms", "6988.0")
                .containsEntry("deadline.ending", "caller_gone");
    }

    @Test
    void callSaysWhatItWasGrantedAndTheServersSpanDoesNot() {
        observed((observations, listener) -> observation("server", received(), observations)
                .observe(() -> {
                    listener.opened(scope);
                    scope.run(() -> {
                        time.advance(Duration.ofMillis(100));
                        observation("call", new SenderContext<>((_, _, _) -> {}), observations)
                                .observe(() -> listener.granted(
                                        "inventory", Duration.ofMillis(1850), Duration.ofMillis(50)));
                        listener.granted("payment", Duration.ofMillis(1), Duration.ofMillis(1));
                    });
                }));

        assertThat(spans.get("call"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "deadline.remaining_start_ms", "1900.0",
                        "deadline.granted_ms", "1850.0",
                        "deadline.reserved_ms", "50.0"));
        assertThat(spans.get("server")).doesNotContainKeys("deadline.granted_ms", "deadline.reserved_ms");
    }

    @Test
    void whatNobodyBoundsAndWhatIsNoHopSaysNothing() {
        observed((observations, listener) -> {
            observation("unbounded", received(), observations).observe(() -> {});
            scope.run(() -> observation("inner", new Observation.Context(), observations).observe(() -> {}));
            listener.opened(scope);
        });

        assertThat(spans).containsOnlyKeys("unbounded", "inner");
        assertThat(spans.values()).allMatch(Map::isEmpty);
    }

    private void observed(BiConsumer<ObservationRegistry, DeadlineListener> work) {
        var observations = ObservationRegistry.create();
        new ApplicationContextRunner()
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(ObservationRegistry.class, () -> observations)
                .withConfiguration(AutoConfigurations.of(DeadlineSignalsAutoConfiguration.class))
                .run(context -> {
                    // As Boot does it.
                    context.getBeanProvider(ObservationFilter.class)
                            .forEach(it -> observations.observationConfig().observationFilter(it));
                    context.getBeanProvider(ObservationHandler.class)
                            .forEach(it -> observations.observationConfig().observationHandler(it));
                    observations.observationConfig().observationHandler(new Remembering());
                    work.accept(
                            observations,
                            new io.meridian.deadline.DeadlineListeners(List.copyOf(
                                            context.getBeansOfType(DeadlineListener.class).values()))
                                    .all());
                });
    }

    private static Observation observation(String name, Observation.Context context, ObservationRegistry observations) {
        return Observation.createNotStarted(name, () -> context, observations);
    }

    private static ReceiverContext<Object> received() {
        return new ReceiverContext<>((_, _) -> null);
    }

    private final class Remembering implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context span) {
            var said = new HashMap<String, String>();
            span.getHighCardinalityKeyValues().forEach(it -> said.put(it.getKey(), it.getValue()));
            assertThat(span.getLowCardinalityKeyValues()).isEmpty();
            spans.put(span.getName(), said);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
