package io.meridian.local.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Resource;
import io.meridian.local.oracle.Examination.Result;
import io.meridian.local.oracle.Examination.Settings;
import io.meridian.local.oracle.Examination.State;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ExaminationTest {

    private static final Settings SETTINGS = new Settings(Duration.ofSeconds(60), Duration.ofSeconds(1));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private int looks;

    @Test
    void looksOnceWhereAllIsWell() throws InterruptedException {
        var results = examine(_ -> new Scene());

        assertThat(states(results)).isEmpty();
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void whatIsUnderWayIsWaitedFor() throws InterruptedException {
        var results = examine(look -> look < 5 ? withPending() : new Scene());

        assertThat(states(results)).isEmpty();
        assertThat(looks).isEqualTo(5);
    }

    @Test
    void whatStaysUnfinishedIsAViolationWhenTheTimeIsUp() throws InterruptedException {
        var results = examine(_ -> withPending());

        assertThat(states(results)).isEqualTo("ends VIOLATED");
        assertThat(seconds()).isBetween(59L, 62L);
    }

    @Test
    void whatIsWrongIsConfirmedByASecondLook() throws InterruptedException {
        var results = examine(_ -> twiceCaptured());

        assertThat(states(results)).isEqualTo("money VIOLATED");
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void whatLookedWrongOnceIsNoViolation() throws InterruptedException {
        var results = examine(look -> look == 1 ? twiceCaptured() : new Scene());

        assertThat(states(results)).isEmpty();
    }

    @Test
    void whatBeginsLaterIsNotWaitedFor() throws InterruptedException {
        var results = examine(look -> {
            var scene = new Scene();
            for (var i = 0; i < 3; i++) { // three orders a look, each of which takes one more look to end
                scene.order(new UUID(7, look * 3L + i), OrderStatus.PENDING, "PENDING");
            }
            return scene;
        });

        assertThat(states(results)).isEmpty();
        assertThat(looks).isEqualTo(2);
        assertThat(of("ends", results).underWay()).isEqualTo(3);
    }

    @Test
    void whatNeedsQuietIsNotJudgedWhileOrdersComeIn() throws InterruptedException {
        var results = examine(look -> {
            var scene = withConnectionInUse();
            scene.order(new UUID(7, look), OrderStatus.REJECTED, "PENDING", "REJECTED");
            return scene;
        });

        assertThat(states(results)).isEqualTo("resources NOT_JUDGED");
        assertThat(of("resources", results).why()).contains("at work");
    }

    @Test
    void whatNeedsQuietIsJudgedInQuiet() throws InterruptedException {
        var results = examine(_ -> withConnectionInUse());

        assertThat(states(results)).isEqualTo("resources VIOLATED");
    }

    @Test
    void withoutTimeItStillConfirmsWhatIsWrong() throws InterruptedException {
        var settings = new Settings(Duration.ZERO, Duration.ofSeconds(1));

        var results = examination(_ -> twiceCaptured(), settings).run();

        assertThat(states(results)).isEqualTo("money VIOLATED");
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void tellsWhatCouldNotBeLookedAt() throws InterruptedException {
        var results = new Examination(
                        () -> new Scene().evidence().lacking(Evidence.Section.EVENTS, "Kafka is away"),
                        Oracles.all(),
                        SETTINGS,
                        nanos::get,
                        this::pass)
                .run();

        assertThat(of("outbox", results).state()).isEqualTo(State.NOT_JUDGED);
        assertThat(of("outbox", results).why()).isEqualTo("Kafka is away");
        assertThat(of("money", results).state()).isEqualTo(State.HOLDS);
    }

    private List<Result> examine(IntFunction<Scene> look) throws InterruptedException {
        return examination(look, SETTINGS).run();
    }

    private Examination examination(IntFunction<Scene> look, Settings settings) {
        return new Examination(
                () -> look.apply(++looks).evidence(), Oracles.all(), settings, nanos::get, this::pass);
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private long seconds() {
        return Duration.ofNanos(nanos.get() - (Long.MAX_VALUE - 1)).toSeconds();
    }

    private static Scene withPending() {
        var scene = new Scene();
        scene.order(new UUID(7, 7), OrderStatus.PENDING, "PENDING");
        return scene;
    }

    private static Scene twiceCaptured() {
        var scene = new Scene();
        scene.moved(Scene.CONFIRMED, MovementKind.CAPTURED);
        return scene;
    }

    private static Scene withConnectionInUse() {
        var scene = new Scene();
        scene.resources.set(0, new Resource("order-service", "hikaricp_connections_active", 1, 0));
        return scene;
    }

    private static Result of(String oracle, List<Result> results) {
        return results.stream().filter(it -> it.oracle().name().equals(oracle)).findFirst().orElseThrow();
    }

    /** Those that do not hold. */
    private static String states(List<Result> results) {
        return results.stream()
                .filter(it -> it.state() != State.HOLDS)
                .map(it -> it.oracle().name() + " " + it.state())
                .collect(Collectors.joining(", "));
    }
}
