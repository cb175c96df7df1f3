package io.meridian.order.settling;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.FakeStock;
import io.meridian.order.fake.FaultPoints;
import io.meridian.order.fake.World;
import io.meridian.order.model.Draft;
import io.meridian.order.model.Order;
import io.meridian.order.placing.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process dies before and after every effect, once or twice; whatever it leaves, the order reaches one end, and only that. */
class CrashTest {

    record Scenario(String name, Draft draft, List<FakeStock.Way> stock, List<FakePayments.Way> payments) {

        World world() {
            var world = new World();
            world.stock.next.addAll(stock);
            world.payments.next.addAll(payments);
            return world;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("all is well", draft("tok_ok"), List.of(), List.of()),
                new Scenario("out of stock", draft("tok_ok", "SKU-1000"), List.of(), List.of()),
                new Scenario("unknown product", draft("tok_ok", "SKU-0000"), List.of(), List.of()),
                new Scenario("card declined", draft("tok_declined"), List.of(), List.of()),
                new Scenario("hold lost", draft("tok_ok"), List.of(FakeStock.Way.REQUEST_LOST), List.of()),
                new Scenario("hold's answer lost", draft("tok_ok"), List.of(FakeStock.Way.ANSWER_LOST), List.of()),
                new Scenario("inventory away", draft("tok_ok"), List.of(FakeStock.Way.AWAY), List.of()),
                new Scenario("payment away", draft("tok_ok"), List.of(), List.of(FakePayments.Way.AWAY)),
                new Scenario("provider fails", draft("tok_ok"), List.of(), List.of(FakePayments.Way.PROVIDER_FAILED)),
                new Scenario("payment's answer lost", draft("tok_ok"), List.of(), List.of(FakePayments.Way.ANSWER_LOST)),
                new Scenario(
                        "provider silent for a while",
                        draft("tok_ok"),
                        List.of(),
                        List.of(FakePayments.Way.PROVIDER_SILENT, FakePayments.Way.PROVIDER_SILENT)),
                new Scenario(
                        "provider silent for good",
                        draft("tok_ok"),
                        List.of(),
                        Stream.generate(() -> FakePayments.Way.PROVIDER_SILENT).limit(500).toList()),
                new Scenario(
                        "inventory away for good",
                        draft("tok_ok"),
                        Stream.concat(
                                        Stream.of(FakeStock.Way.ANSWER_LOST),
                                        Stream.generate(() -> FakeStock.Way.AWAY).limit(500))
                                .toList(),
                        List.of()));
    }

    @BeforeAll
    static void crashesAreExpected() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (!(thrown instanceof FaultPoints.Crash)) {
                thrown.printStackTrace();
            }
        });
    }

    @AfterAll
    static void nothingElseIs() {
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aCrashAtAnyPointOfPlacingEndsWell(Scenario scenario) {
        var points = pointsOf(scenario);
        assertThat(points).isGreaterThan(2);
        for (var point = 0; point <= points; point++) {
            var world = scenario.world();
            placeAndCrash(world, scenario, point);
            world.settleAll();
            assertEndedWell(world, scenario, "crash at " + point);
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aSecondCrashAtAnyPointOfSettlingEndsWellToo(Scenario scenario) {
        for (var first = 0; first <= pointsOf(scenario); first++) {
            for (var second = 0; second < 16; second++) {
                var world = scenario.world();
                placeAndCrash(world, scenario, first);
                world.time.advance(Duration.ofSeconds(7));
                settleAndCrash(world, second);
                world.settleAll();
                assertEndedWell(world, scenario, "crashes at " + first + " and " + second);
            }
        }
    }

    /** The control: without settling, crashes do leave orders behind. */
    @Test
    void withoutSettlingACrashLeavesAnOrderWithoutAnEnd() {
        var scenario = scenarios().findFirst().orElseThrow();
        var world = scenario.world();

        placeAndCrash(world, scenario, pointsOf(scenario) - 2);

        assertThat(world.hasUnfinished()).isTrue();
    }

    private static int pointsOf(Scenario scenario) {
        var world = scenario.world();
        world.points.never();
        world.placeOrder().place(scenario.draft(), KEY);
        return world.points.passed();
    }

    private static void placeAndCrash(World world, Scenario scenario, int point) {
        world.points.crashAt(point);
        try {
            world.placeOrder().place(scenario.draft(), KEY);
        } catch (FaultPoints.Crash _) {
            // and nothing of the process is left
        }
        world.points.never();
    }

    private static void settleAndCrash(World world, int point) {
        world.points.crashAt(point);
        try {
            world.settleOrders().settleDue();
        } catch (FaultPoints.Crash _) {
            // on the settler's own thread; the others die silently
        }
        world.points.never();
    }

    private static void assertEndedWell(World world, Scenario scenario, String when) {
        world.deliverEvents();
        assertThat(world.hasUnfinished()).as(when).isFalse();
        assertThat(world.orders.all()).as(when).hasSizeLessThanOrEqualTo(1);
        for (var order : world.orders.all()) {
            assertThat(world.orders.announced).as(when).containsExactly(order);
            assertThat(world.stock.holds()).as(when).isEmpty();
            assertThat(world.payments.authorised()).as(when).isEmpty();
            if (order instanceof Order.Confirmed confirmed) {
                assertThat(world.stock.sold()).as(when).containsExactly(order.id());
                assertThat(world.payments.captured())
                        .as(when)
                        .containsOnly(java.util.Map.entry(order.id(), confirmed.pricing().total()));
            } else {
                assertThat(world.stock.sold()).as(when).isEmpty();
                assertThat(world.payments.captured()).as(when).isEmpty();
            }
        }
        assertRepeatIsAnswered(world, scenario, when);
    }

    private static void assertRepeatIsAnswered(World world, Scenario scenario, String when) {
        var before = world.orders.all();
        var repeat = world.placeOrder().place(scenario.draft(), KEY);

        if (!before.isEmpty()) {
            assertThat(repeat.replayed()).as(when).isTrue();
            assertThat(repeat.outcome()).as(when).isEqualTo(Outcome.asFirstAnswered(before.getFirst()));
            assertThat(world.orders.all()).as(when).isEqualTo(before);
        } else {
            assertThat(repeat.replayed()).as(when).isFalse();
        }
    }
}
