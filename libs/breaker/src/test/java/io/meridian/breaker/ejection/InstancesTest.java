package io.meridian.breaker.ejection;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.meridian.breaker.Outcome;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstancesTest {

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(7);

    @Test
    void theOnlyOneIsNeverOut() {
        var instances = of("a");

        for (var i = 0; i < 100; i++) {
            instances.choose().unreachable();
        }

        assertThat(instances.choose().instance()).isEqualTo("a");
        assertThat(instances.view()).noneMatch(InstanceView::out);
    }

    @Test
    void whoWasTriedIsNotChosenAgainWhileThereIsAnother() {
        var instances = of("a", "b", "c");

        for (var i = 0; i < 100; i++) {
            assertThat(instances.choose(Set.of("a", "c")).instance()).isEqualTo("b");
            assertThat(instances.choose(Set.of("a", "b", "c")).instance()).isIn("a", "b", "c");
        }
    }

    @Test
    void othersAreThoseThatTakePartAndWereNotTried() {
        var instances = of("a", "b", "c");
        assertThat(instances.others(Set.of())).isEqualTo(3);
        assertThat(instances.others(Set.of("a"))).isEqualTo(2);
        assertThat(instances.others(Set.of("a", "b", "c"))).isZero();

        while (instances.view().stream().noneMatch(InstanceView::out)) {
            var attempt = instances.choose();
            if (attempt.instance().equals("a")) {
                attempt.unreachable();
            } else {
                attempt.end(Outcome.SUCCEEDED);
            }
        }

        assertThat(instances.others(Set.of())).isEqualTo(2);
        assertThat(instances.others(Set.of("b"))).isEqualTo(1);
    }

    @Test
    void whoHasLessToDoIsChosen() {
        var instances = of("a", "b");
        var waiting = IntStream.range(0, 40).mapToObj(_ -> instances.choose()).toList();

        var each = instances.view().stream().map(InstanceView::inFlight).toList();

        assertThat(each).allSatisfy(it -> assertThat(it).isBetween(14, 26));
        waiting.forEach(it -> it.end(Outcome.IGNORED));
        assertThat(instances.view()).allSatisfy(it -> {
            assertThat(it.inFlight()).isZero();
            assertThat(it.calls()).isZero();
            assertThat(it.latency()).isEqualTo(Duration.ZERO);
        });
    }

    @Test
    void anAttemptIsOverOnce() {
        var instances = of("a");
        var attempt = instances.choose();

        attempt.end(Outcome.SUCCEEDED);
        attempt.end(Outcome.FAILED);
        attempt.unreachable();

        assertThat(instances.view().getFirst().inFlight()).isZero();
        assertThat(instances.view().getFirst().successShare()).isEqualTo(1);
        assertThat(instances.view().getFirst().calls()).isEqualTo(1);
    }

    @Test
    void oneRequestLooksAfterAnInstanceThatIsOutAndNoOtherMeanwhile() {
        var instances = outOf("a", "b");
        time.advance(ofSeconds(25)); // longer than patience, so few requests are enough

        var probe = instances.choose();

        assertThat(probe.instance()).isEqualTo("a");
        assertThat(probe.isProbe()).isTrue();
        for (var i = 0; i < 1000; i++) {
            var other = instances.choose();
            assertThat(other.instance()).isEqualTo("b");
            other.end(Outcome.SUCCEEDED);
        }
    }

    @Test
    void aProbeThatNobodyWaitedForSaysNothingAndTheNextOneLooks() {
        var instances = outOf("a", "b");
        time.advance(ofSeconds(25));

        instances.choose().end(Outcome.IGNORED);

        assertThat(instances.choose().instance()).isEqualTo("a");
    }

    @Test
    void aProbeThatIsNeverEndedIsReplacedAfterAMinute() {
        var instances = outOf("a", "b");
        time.advance(ofSeconds(25));
        assertThat(instances.choose().isProbe()).isTrue();

        time.advance(ofSeconds(59));
        assertThat(instances.choose().isProbe()).isFalse();
        time.advance(ofSeconds(1));
        assertThat(instances.choose().isProbe()).isTrue();
    }

    @Test
    void oneBadProbeLeavesItOutForLonger() {
        var instances = outOf("a", "b");
        time.advance(ofSeconds(25));
        instances.choose().end(Outcome.SUCCEEDED);
        instances.choose().end(Outcome.FAILED);

        time.advance(ofMillis(1500)); // the second time it is 1.6 s at least
        IntStream.range(0, 300).forEach(_ -> assertThat(instances.choose().instance()).isEqualTo("b"));
        time.advance(ofMillis(1000));

        assertThat(instances.choose().instance()).isEqualTo("a");
    }

    @Test
    void anAnswerToWhatWasAskedBeforeItWasOutChangesNothing() {
        var instances = of("a", "b");
        var early = IntStream.range(0, 20)
                .mapToObj(_ -> instances.choose())
                .filter(it -> it.instance().equals("a"))
                .toList();
        early.getFirst().unreachable();

        early.forEach(it -> it.end(Outcome.SUCCEEDED));

        assertThat(instances.view()).filteredOn(it -> it.instance().equals("a")).allSatisfy(it -> {
            assertThat(it.out()).isTrue();
            assertThat(it.why()).isEqualTo("no connection could be made");
            assertThat(it.ejections()).isEqualTo(1);
            assertThat(it.inFlight()).isZero();
        });
    }

    @Test
    void aListenerThatThrowsBreaksNothing() {
        var instances = new Instances<>("inventory", List.of("a", "b"), EjectionSettings.USUAL, time.nanos(), () -> random, new EjectionListener() {
            @Override
            public void ejected(String dependency, String instance, String why, Duration forNow) {
                throw new IllegalStateException("not mine");
            }
        });

        instances.choose().unreachable();

        assertThat(instances.view()).filteredOn(InstanceView::out).hasSize(1);
    }

    @Test
    void manyThreadsLeaveNothingInFlightAndNobodyOutForEver() throws Exception {
        var instances = new Instances<>(
                "inventory",
                List.of("a", "b", "c", "d"),
                new EjectionSettings(5, ofMillis(50), ofMillis(100), 3),
                System::nanoTime,
                ThreadLocalRandom::current,
                EjectionListener.NONE);
        Callable<Boolean> work = () -> {
            for (var i = 0; i < 50_000; i++) {
                var attempt = instances.choose();
                switch (ThreadLocalRandom.current().nextInt(40)) {
                    case 0 -> attempt.unreachable();
                    case 1, 2, 3 -> attempt.end(Outcome.FAILED);
                    case 4 -> attempt.end(Outcome.TIMED_OUT);
                    case 5 -> attempt.end(Outcome.IGNORED);
                    default -> attempt.end(Outcome.SUCCEEDED);
                }
            }
            return true;
        };

        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var each : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(each.get()).isTrue();
            }
        }

        assertThat(instances.view()).allSatisfy(it -> assertThat(it.inFlight()).isZero());
        assertThat(instances.view().stream().mapToLong(InstanceView::ejections).sum()).isPositive();
        await().atMost(ofSeconds(60)).pollInterval(ofMillis(1)).until(() -> {
            instances.choose().end(Outcome.SUCCEEDED);
            return instances.view().stream().noneMatch(InstanceView::out);
        });
        instances.choose(Set.of("b", "c", "d")).unreachable();
        instances.choose(Set.of("c", "d")).unreachable();
        assertThat(instances.view()).filteredOn(InstanceView::out).hasSize(2); // no place among those who may be is lost
    }

    @Test
    void nonsenseIsRefusedNamingTheValue() {
        assertThatIllegalArgumentException().isThrownBy(() -> of()).withMessageContaining("inventory");
        assertThatIllegalArgumentException().isThrownBy(() -> of("a", "a")).withMessageContaining("[a, a]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EjectionSettings(0, ofSeconds(1), ofSeconds(2), 1))
                .withMessage("inARow must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EjectionSettings(1, Duration.ZERO, ofSeconds(2), 1))
                .withMessageContaining("firstOut")
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EjectionSettings(1, ofSeconds(3), ofSeconds(2), 1))
                .withMessageContaining("longestOut")
                .withMessageContaining("PT2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EjectionSettings(1, ofSeconds(1), ofSeconds(2), 0))
                .withMessage("requestsPerProbe must be at least 1, was 0");
    }

    @Test
    void theTimeOutDoublesToTheLongestAndIsSpread() {
        var usual = EjectionSettings.USUAL;

        assertThat(IntStream.rangeClosed(1, 6).mapToLong(it -> usual.outNanos(it, 0.5) / 1_000_000))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L);
        assertThat(usual.outNanos(1, 0)).isEqualTo(ofMillis(800).toNanos());
        assertThat(usual.outNanos(1_000_000, 0.999)).isBetween(ofSeconds(11).toNanos(), ofSeconds(12).toNanos());
    }

    private Instances<String> of(String... names) {
        return new Instances<>("inventory", List.of(names), EjectionSettings.USUAL, time.nanos(), () -> random, EjectionListener.NONE);
    }

    /** With the first of them out. */
    private Instances<String> outOf(String first, String second) {
        var instances = of(first, second);
        instances.choose(Set.of(second)).unreachable();
        assertThat(instances.view().getFirst().out()).isTrue();
        return instances;
    }
}
