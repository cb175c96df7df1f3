package io.meridian.edges.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

class DrainTest {

    private final List<String> happened = new ArrayList<>();

    @Test
    void itComesBeforeEveryLifecycleStops() {
        try (var context = new GenericApplicationContext()) {
            context.registerBean(Drain.class, () -> new Drain(context, Duration.ofSeconds(7), time -> happened.add("waited " + time)));
            // In the highest phase, as gRPC servers are.
            context.registerBean(SmartLifecycle.class, () -> new Door(happened));
            context.refresh();
        }

        assertThat(happened).containsExactly("waited PT7S", "door closed");
    }

    @Test
    void theEndOfTheManagementPortsContextIsNotWaitedFor() {
        try (var context = new GenericApplicationContext()) {
            context.registerBean(Drain.class, () -> new Drain(context, Duration.ofSeconds(7), time -> happened.add("waited " + time)));
            context.refresh();
            var child = new GenericApplicationContext(context);
            child.refresh();

            child.close();

            assertThat(happened).isEmpty();
        }
    }

    @Test
    void whoSetsNothingWaitsForNothing() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(EdgesAutoConfiguration.class))
                .run(context -> {
                    var began = System.nanoTime();
                    context.close();
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
                });
    }

    @Test
    void aNegativeOrEndlessTimeIsRefusedByName() {
        for (var wrong : List.of("-1s", "61s")) {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(EdgesAutoConfiguration.class))
                    .withPropertyValues("meridian.edges.drain=" + wrong)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining("meridian.edges.drain must be in 0s..60s"));
        }
    }

    private record Door(List<String> happened) implements SmartLifecycle {

        @Override
        public void start() {}

        @Override
        public void stop() {
            happened.add("door closed");
        }

        @Override
        public boolean isRunning() {
            return true;
        }
    }
}
