package io.meridian.snapshot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.snapshot.Batch;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SnapshotAutoConfigurationTest {

    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SnapshotAutoConfiguration.class))
            .withBean("numbers", Follower.class, this::numbers);

    @Test
    void followsFromTheStartToTheEnd() throws InterruptedException {
        application.run(context -> {
            assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(context.getBean(Follower.class).isComplete()).isTrue();
        });

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void followsNothingIfSwitchedOff() {
        application.withPropertyValues("meridian.snapshot.enabled=false").run(context -> {
            assertThat(context.getBean(FollowingLifecycle.class).isRunning()).isFalse();
            assertThat(opened.getCount()).isEqualTo(1);
        });
    }

    @Test
    void settingsComeFromTheEnvironmentAndSayWhatIsWrong() {
        application.withPropertyValues("meridian.snapshot.check-every=0", "meridian.snapshot.late-after=3s")
                .run(context -> {
                    var settings = context.getBean(FollowerSettings.class);
                    assertThat(settings.checkEvery()).isZero();
                    assertThat(settings.lateAfter()).isEqualTo(Duration.ofSeconds(3));
                });
        application.withPropertyValues("meridian.snapshot.silence=0s").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("silence must be positive, was PT0S"));
    }

    private Follower<String, Long> numbers() {
        return new Follower<>(
                "numbers",
                (_, _, listener) -> {
                    listener.received(
                            new Batch<>(Batch.Kind.LIST, List.of(), false, "1", Duration.ZERO, null, null));
                    opened.countDown();
                    return cancelled::countDown;
                },
                new SnapshotStore<>(Long::longValue),
                FollowerSettings.USUAL,
                PropagationListener.NONE,
                System::nanoTime,
                InstantSource.system(),
                RandomGenerator.getDefault());
    }
}
