package io.meridian.order.settling;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.FakeStock;
import io.meridian.order.fake.FaultPoints;
import io.meridian.order.fake.SameThread;
import io.meridian.order.fake.World;
import io.meridian.order.model.Draft;
import io.meridian.order.model.Fact;
import io.meridian.order.model.Order;
import io.meridian.order.model.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order reaches one end, and what was done for it is what its end says: after everything that can happen, at every step of its way
 * between two effects, alone and in pairs. On one thread and in manual time, so that a failing case is the same each time.
 */
class EveryOrderEndsTest {

    /** What may happen to an order on its way. */
    enum Event {
        /** The process dies. */
        CRASH,
        /** The journal does not answer, before or after it has done what it was asked. */
        JOURNAL_AWAY,
        /** The customer takes it back. */
        CANCEL,
        /** The driver sleeps through its time or its lease, another one takes over and comes to an end or not, and then it wakes. */
        TAKEOVER,
        /** As TAKEOVER, and the other one gets no answer. */
        TAKEOVER_IN_VAIN,
        /** As TAKEOVER, and the other one finds no stock. */
        TAKEOVER_AND_REFUSAL,
        /** The driver sleeps, and somebody gives the order up. */
        GIVE_UP,
        /** Inventory tells that the stock is lost, which it does only once the order is confirmed. */
        STOCK_LOST,
        /** Payment tells that the money is gone. */
        CAPTURE_FAILED
    }

    record Scenario(String name, Draft draft, List<FakeStock.Way> stock, List<FakePayments.Way> payments) {

        World world() {
            var world = new World();
            world.threads = SameThread::new;
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
                new Scenario("card declined", draft("tok_declined"), List.of(), List.of()),
                new Scenario("hold's answer lost", draft("tok_ok"), List.of(FakeStock.Way.ANSWER_LOST), List.of()),
                new Scenario("payment's answer lost", draft("tok_ok"), List.of(), List.of(FakePayments.Way.ANSWER_LOST)),
                new Scenario(
                        "provider silent for a while",
                        draft("tok_ok"),
                        List.of(),
                        List.of(FakePayments.Way.PROVIDER_SILENT, FakePayments.Way.PROVIDER_SILENT)),
                new Scenario("inventory away", draft("tok_ok"), List.of(FakeStock.Way.AWAY), List.of()),
                new Scenario("payment away", draft("tok_ok"), List.of(), List.of(FakePayments.Way.AWAY)));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void whateverHappensOnceOnTheWay(Scenario scenario) {
        var points = pointsOf(scenario);
        for (var event : Event.values()) {
            for (var point = 0; point < points; point++) {
                check(scenario, List.of(new Happening(event, point)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void whateverHappensTwiceOnTheWay(Scenario scenario) {
        var points = pointsOf(scenario);
        for (var first : Event.values()) {
            for (var second : Event.values()) {
                for (var point = 0; point < points; point++) {
                    for (var later = point + 1; later < points + 8; later += 2) {
                        check(scenario, List.of(new Happening(first, point), new Happening(second, later)));
                    }
                }
            }
        }
    }

    /** The campaign is worth something only if what it speaks of does happen. */
    @Test
    void takeoversHappenAndOvertakenDriversAreRefused() {
        var refusals = 0;
        var scenario = scenarios().findFirst().orElseThrow();
        for (var point = 0; point < pointsOf(scenario); point++) {
            var world = played(scenario, List.of(new Happening(Event.TAKEOVER, point)));
            refusals += world.stock.refusedEpochs + world.payments.refusedEpochs;
        }
        assertThat(refusals).isPositive();
    }

    /** The control: an end that others were not told of, and so did nothing about, is noticed. */
    @Test
    void anEndThatWasNotToldIsNoticed() {
        var scenario = scenarios().findFirst().orElseThrow();
        var world = played(scenario, List.of());
        world.orders.announced.clear();

        assertThat(contradictions(world)).isNotEmpty();
    }

    record Happening(Event event, int point) {}

    private static void check(Scenario scenario, List<Happening> happenings) {
        var world = played(scenario, happenings);
        assertThat(contradictions(world)).as("%s: %s", scenario, happenings).isEmpty();
    }

    private static World played(Scenario scenario, List<Happening> happenings) {
        var world = scenario.world();
        happenings.forEach(it -> world.points.at(it.point(), point -> happen(world, it.event(), point)));
        survived(() -> world.placeOrder().place(scenario.draft(), KEY));
        for (var second = 0; second < 600 && world.hasUnfinished(); second++) {
            world.time.advance(Duration.ofSeconds(1));
            survived(() -> world.settleOrders().settleDue());
        }
        world.points.never();
        world.deliverEvents();
        return world;
    }

    /** The process is gone, or its request is answered 503: what is left goes on with a new one. */
    private static void survived(Runnable work) {
        try {
            work.run();
        } catch (FaultPoints.Crash | StoreUnavailable | IllegalStateException _) {
            // what it leaves is judged at the end
        }
    }

    private static void happen(World world, Event event, String point) {
        var order = world.orders.all().stream().findFirst();
        switch (event) {
            case CRASH -> throw new FaultPoints.Crash(point);
            case JOURNAL_AWAY -> {
                if (Stream.of("claim", "write", "find", "lease", "defer").anyMatch(point::endsWith)) {
                    throw new StoreUnavailable("away " + point, new IllegalStateException());
                }
            }
            case CANCEL -> order.ifPresent(it -> world.cancelOrder().cancel(it.id()));
            case TAKEOVER -> takeover(world);
            case TAKEOVER_IN_VAIN -> {
                world.stock.next.addFirst(FakeStock.Way.REQUEST_LOST);
                world.payments.next.addFirst(FakePayments.Way.PROVIDER_SILENT);
                takeover(world);
            }
            case TAKEOVER_AND_REFUSAL -> {
                world.stock.soldOut = true;
                takeover(world);
                world.stock.soldOut = false;
            }
            case GIVE_UP -> {
                world.time.advance(Duration.ofSeconds(16));
                order.ifPresent(it -> world.tendOrders().giveUp(it.id()));
            }
            case STOCK_LOST -> confirmed(world).ifPresent(it -> world.followOrder().follow(it.id(), new Fact.StockLost()));
            case CAPTURE_FAILED ->
                confirmed(world).ifPresent(it -> world.followOrder().follow(it.id(), new Fact.CaptureFailed()));
        }
    }

    private static Optional<Order> confirmed(World world) {
        return world.orders.all().stream().filter(Order.Confirmed.class::isInstance).findFirst();
    }

    private static void takeover(World world) {
        world.time.advance(Duration.ofSeconds(16));
        world.settleOrders().settleDue();
    }

    /** What does not fit together at the end. */
    private static List<String> contradictions(World world) {
        var found = new ArrayList<String>();
        if (world.hasUnfinished()) {
            found.add("unfinished: " + world.orders.all());
        }
        if (world.orders.all().size() > 1) {
            found.add("more than one order: " + world.orders.all());
        }
        for (var order : world.orders.all()) {
            var announced = world.orders.announced;
            if (announced.isEmpty() || !announced.getLast().equals(order)) {
                found.add("is " + order + ", told " + announced);
            }
            if (announced.size() > 1
                    && !(announced.size() == 2 && announced.getFirst() instanceof Order.Confirmed && order instanceof Order.Cancelled)) {
                found.add("told more than once: " + announced);
            }
            var sold = order instanceof Order.Confirmed ? List.of(order.id()) : List.of();
            if (!List.copyOf(world.stock.sold()).equals(sold) || !world.stock.holds().isEmpty()) {
                found.add(order.status() + " with sold " + world.stock.sold() + " and held " + world.stock.holds());
            }
            var captured = order instanceof Order.Confirmed confirmed
                    ? Map.of(order.id(), confirmed.pricing().total())
                    : Map.of();
            if (!world.payments.captured().equals(captured) || !world.payments.authorised().isEmpty()) {
                found.add(order.status() + " with captured " + world.payments.captured() + " and authorised "
                        + world.payments.authorised());
            }
        }
        return found;
    }

    private static int pointsOf(Scenario scenario) {
        var world = scenario.world();
        world.points.never();
        world.placeOrder().place(scenario.draft(), KEY);
        IntStream.range(0, 600).takeWhile(_ -> world.hasUnfinished()).forEach(_ -> {
            world.time.advance(Duration.ofSeconds(1));
            world.settleOrders().settleDue();
        });
        return world.points.passed();
    }
}
