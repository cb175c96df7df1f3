package io.meridian.simulation.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WorldTest {

    private final World world = new World(1, null);
    private final List<String> seen = new ArrayList<>();

    @Test
    void tasksRunOneAtATimeInTheOrderOfTheirTime() {
        var node = up("a");
        world.start(node, "late", () -> {
            world.sleep(2_000);
            seen.add("late");
        });
        world.start(node, "soon", () -> {
            world.sleep(1_000);
            seen.add("soon");
        });

        world.sleep(3_000);

        assertThat(seen).containsExactly("soon", "late");
        assertThat(world.nanos()).isEqualTo(3_000);
    }

    @Test
    void whatIsDueAtOnceIsOrderedByTheSeed() {
        var orders = new ArrayList<List<String>>();
        for (var seed = 0; seed < 20; seed++) {
            orders.add(orderOfTwo(seed));
        }

        assertThat(orders).contains(List.of("x", "y"), List.of("y", "x"));
        assertThat(orderOfTwo(7)).isEqualTo(orders.get(7));
    }

    private static List<String> orderOfTwo(long seed) {
        var world = new World(seed, null);
        var node = world.node("a");
        node.comeUp();
        var order = new ArrayList<String>();
        world.start(node, "x", () -> order.add("x"));
        world.start(node, "y", () -> order.add("y"));
        world.sleep(1);
        world.close();
        return order;
    }

    @Test
    void aProcessThatDiesBetweenTwoStepsDoesNotTakeTheSecond() {
        var node = up("a");
        world.start(node, "work", () -> {
            seen.add("first");
            try {
                world.sleep(1_000);
                seen.add("second");
            } finally {
                seen.add("unwound");
            }
        });
        node.crashAfter(1);

        world.sleep(5_000);

        assertThat(seen).containsExactly("first", "unwound");
        assertThat(node.isUp()).isFalse();
        assertThat(world.fault()).isNull();
    }

    @Test
    void aDeadProcessStartsNothingUntilItComesUpAgain() {
        var node = up("a");
        node.crash();
        world.start(node, "too early", () -> seen.add("too early"));
        node.comeUp();
        world.start(node, "again", () -> seen.add("again"));

        world.sleep(1);

        assertThat(seen).containsExactly("again");
        assertThat(node.incarnation()).isEqualTo(2);
    }

    @Test
    void aStoppedProcessSleepsOnAndThenGoesOnWhereItWas() {
        var node = up("a");
        world.start(node, "work", () -> {
            world.sleep(1_000);
            seen.add("at " + world.nanos());
        });
        node.pauseAfter(1, Duration.ofNanos(5_000), Long.MAX_VALUE, () -> seen.add("stopped"));

        world.sleep(10_000);

        assertThat(seen).containsExactly("stopped", "at 5000");
    }

    @Test
    void aSignalWakesAllWhoWaitAndNobodyWhoComesLater() {
        var node = up("a");
        var signal = new Signal(world);
        world.start(node, "patient", () -> seen.add("patient " + signal.await(Long.MAX_VALUE)));
        world.start(node, "hasty", () -> seen.add("hasty " + signal.await(10)));
        world.sleep(100);
        signal.raise();
        world.sleep(1);
        world.start(node, "late", () -> seen.add("late " + signal.await(10)));

        world.sleep(100);

        assertThat(seen).containsExactly("hasty false", "patient true", "late false");
    }

    @Test
    void aFaultOfTheSimulationItselfIsKept() {
        world.start(up("a"), "broken", () -> {
            throw new IllegalStateException("broken");
        });

        world.sleep(1);

        assertThat(world.fault()).hasMessage("broken");
    }

    @Test
    void aClockThatIsWrongIsWrongForItsProcessOnly() {
        var wrong = up("wrong");
        var right = up("right");
        wrong.setSkew(Duration.ofMinutes(10));

        assertThat(Duration.between(right.now(), wrong.now())).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
    }

    @Test
    void closingEndsWhatStillWaits() {
        var signal = new Signal(world);
        world.start(up("a"), "waits", () -> {
            try {
                signal.await(Long.MAX_VALUE);
            } finally {
                seen.add("ended");
            }
        });
        world.sleep(1);

        world.close();

        assertThat(seen).containsExactly("ended");
        assertThat(world.alive()).isEmpty();
    }

    @Test
    void anExecutorOfAProcessWaitsForItsTasksWhenItIsClosed() {
        var node = up("a");
        world.start(node, "parent", () -> {
            try (var threads = new Threads(world, node, "child")) {
                threads.execute(() -> {
                    world.sleep(1_000);
                    seen.add("child");
                });
            }
            seen.add("parent");
        });

        world.sleep(5_000);

        assertThat(seen).containsExactly("child", "parent");
    }

    private Node up(String name) {
        var node = world.node(name);
        node.comeUp();
        return node;
    }
}
