package io.meridian.local.oracle;

import static io.meridian.local.oracle.Scene.CANCELLED;
import static io.meridian.local.oracle.Scene.CONFIRMED;
import static io.meridian.local.oracle.Scene.NOW;
import static io.meridian.local.oracle.Scene.REJECTED;
import static io.meridian.local.oracle.Scene.TOTAL;
import static io.meridian.local.oracle.Scene.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meridian.local.oracle.Evidence.DeadLetter;
import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Lag;
import io.meridian.local.oracle.Evidence.Line;
import io.meridian.local.oracle.Evidence.Movement;
import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.Operation;
import io.meridian.local.oracle.Evidence.Order;
import io.meridian.local.oracle.Evidence.OrderStatus;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.PaymentStatus;
import io.meridian.local.oracle.Evidence.Product;
import io.meridian.local.oracle.Evidence.Published;
import io.meridian.local.oracle.Evidence.Resource;
import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.Evidence.Write;
import io.meridian.local.oracle.Examination.State;
import io.meridian.local.oracle.History.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OraclesTest {

    private static final UUID NOBODY = UUID.fromString("019c0000-0000-7000-8000-0000000000ff");

    @Test
    void allHoldWhereAllIsWell() {
        var results = Examination.ofRest(new Scene().evidence(), Oracles.all());

        assertThat(results).extracting(Examination.Result::state).containsOnly(State.HOLDS);
        assertThat(results).extracting(Examination.Result::judged).doesNotContain("");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("violations")
    void seesWhatIsWrongAndNoOtherDoes(String oracle, String violation, Object about, Consumer<Scene> spoil) {
        var scene = new Scene();
        spoil.accept(scene);

        var red = Examination.ofRest(scene.evidence(), Oracles.all()).stream()
                .filter(it -> it.state() == State.VIOLATED)
                .toList();

        assertThat(red).as(violation).extracting(it -> it.oracle().name()).containsExactly(oracle);
        assertThat(red.getFirst().findings()).extracting(Finding::id).containsOnly(about.toString());
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                violation("money", "captured twice", CONFIRMED, it -> it.moved(CONFIRMED, MovementKind.CAPTURED)),
                violation("money", "captured at another amount than it costs", CONFIRMED, it -> changeOrder(
                        it.orders, CONFIRMED, order -> priced(order, TOTAL + 1))),
                violation("money", "refunded twice", CANCELLED, it -> it.moved(CANCELLED, MovementKind.REFUNDED)),
                violation("money", "moved without an order", NOBODY, it -> {
                    it.payment(NOBODY, PaymentStatus.CAPTURED, "AUTHORISE", "CAPTURE");
                    it.moved(NOBODY, MovementKind.RESERVED, MovementKind.CAPTURED);
                }),
                violation("money", "moved without a payment", "sim_lost", it -> it.movements.add(
                        new Movement(null, "sim_lost", MovementKind.CAPTURED, 1, "EUR"))),
                violation("money", "a payment without an order", NOBODY, it -> it.payments.add(
                        new Payment(NOBODY, PaymentStatus.DECLINED, 1L, "EUR"))),
                violation("ledger", "a capture that the journal has not", CONFIRMED, it -> change(
                        it.journal,
                        entry -> entry.order().equals(CONFIRMED) && entry.operation().equals("CAPTURE"),
                        entry -> new Operation(CONFIRMED, "CAPTURE", null))),
                violation("ledger", "a declined card that was charged", REJECTED, it -> it.moved(
                        REJECTED, MovementKind.RESERVED, MovementKind.CANCELLED)),
                violation("ledger", "another amount at the provider", CANCELLED, it -> change(
                        it.payments,
                        payment -> payment.order().equals(CANCELLED),
                        payment -> new Payment(CANCELLED, payment.status(), TOTAL - 1, "EUR"))),
                violation("stock", "a piece that appeared", "SKU-0001", it -> it.products.set(
                        0, new Product("SKU-0001", 100, 99, 0, 2))),
                violation("stock", "fewer than none", "SKU-0001", it -> it.products.set(
                        0, new Product("SKU-0001", 1, -1, 0, 2))),
                violation("stock", "held by nobody", "SKU-0001", it -> it.products.set(
                        0, new Product("SKU-0001", 100, 97, 1, 2))),
                violation("stock", "sold to nobody", "SKU-0001", it -> it.products.set(
                        0, new Product("SKU-0001", 100, 97, 0, 3))),
                violation("stock", "sold other things than were ordered", CONFIRMED, it -> {
                    it.products.set(0, new Product("SKU-0001", 100, 97, 0, 3));
                    change(it.holds, hold -> hold.order().equals(CONFIRMED), hold -> new Hold(
                            CONFIRMED, HoldStatus.COMMITTED, List.of(new Line("SKU-0001", 3))));
                }),
                violation("stock", "held for an order that is not there", NOBODY, it -> {
                    it.products.set(0, new Product("SKU-0001", 100, 96, 2, 2));
                    it.hold(NOBODY, HoldStatus.HELD);
                }),
                violation("ends", "pending", NOBODY, it -> it.order(NOBODY, OrderStatus.PENDING, "PENDING")),
                violation("ends", "confirmed, and its stock is not sold", CONFIRMED, it -> {
                    it.products.set(0, new Product("SKU-0001", 100, 98, 2, 0));
                    change(it.holds, hold -> hold.order().equals(CONFIRMED), hold -> new Hold(
                            CONFIRMED, HoldStatus.HELD, hold.lines()));
                }),
                violation("ends", "confirmed, and payment knows nothing of it", CONFIRMED, it -> {
                    it.payments.removeIf(payment -> payment.order().equals(CONFIRMED));
                    it.movements.removeIf(movement -> CONFIRMED.equals(movement.order()));
                }),
                violation("ends", "a payment that waits for the provider", REJECTED, it -> change(
                        it.payments,
                        payment -> payment.order().equals(REJECTED),
                        payment -> new Payment(REJECTED, PaymentStatus.UNKNOWN, TOTAL, "EUR"))),
                violation("leftovers", "rejected with its stock held", REJECTED, it -> {
                    it.products.set(0, new Product("SKU-0001", 100, 96, 2, 2));
                    change(it.holds, hold -> hold.order().equals(REJECTED), hold -> new Hold(
                            REJECTED, HoldStatus.HELD, hold.lines()));
                }),
                violation("leftovers", "cancelled with its money captured", CANCELLED, it -> {
                    it.movements.removeIf(movement -> movement.kind() == MovementKind.REFUNDED);
                    it.payments.removeIf(payment -> payment.order().equals(CANCELLED));
                    it.payment(CANCELLED, PaymentStatus.CAPTURED);
                }),
                violation("leftovers", "rejected with its money reserved", REJECTED, it -> {
                    it.moved(REJECTED, MovementKind.RESERVED);
                    it.payments.removeIf(payment -> payment.order().equals(REJECTED));
                    it.payment(REJECTED, PaymentStatus.AUTHORISED);
                }),
                violation("acknowledged", "an order that was lost", NOBODY, it -> it.call(
                        Kind.PLACE, "k-9", 201, "", NOBODY, OrderStatus.CONFIRMED)),
                violation("acknowledged", "a cancellation that was lost", CONFIRMED, it -> it.call(
                        Kind.CANCEL, "", 200, "", CONFIRMED, null)),
                violation("acknowledged", "a confirmation that was taken back as a rejection", REJECTED, it -> it.call(
                        Kind.PLACE, "k-8", 201, "", REJECTED, OrderStatus.CONFIRMED)),
                violation("answers", "one key and two orders", "c-1 k-1", it -> it.call(
                        Kind.PLACE, "k-1", 402, "payment-declined", REJECTED, null)),
                violation("answers", "one key and two outcomes", "c-1 k-2", it -> it.call(
                        Kind.PLACE, "k-2", 409, "out-of-stock", REJECTED, null)),
                violation("answers", "an order that goes back", CONFIRMED, it -> it.call(
                        Kind.READ, "", 200, "", CONFIRMED, OrderStatus.PENDING)),
                violation("outbox", "committed and not published", new UUID(0x7000, 99), it -> it.said.add(
                        new Evidence.Said(
                                "order-service",
                                new UUID(0x7000, 99),
                                99,
                                "orders.v1",
                                NOBODY.toString(),
                                "order.v1.OrderRejected",
                                NOW))),
                violation("outbox", "published and not committed", "ghost", it -> {
                    it.published.add(new Published(
                            "orders.v1", 1, 0, NOBODY.toString(), "ghost", "order.v1.OrderRejected", NOW));
                    it.heard.add(new Heard("inventory-orders", "ghost"));
                    it.heard.add(new Heard("payment-orders", "ghost"));
                }),
                violation("outbox", "published under another key", new UUID(0x7000, 1), it -> change(
                        it.published,
                        record -> record.type().equals("order.v1.OrderConfirmed"),
                        record -> new Published(
                                record.topic(), 0, record.offset(), REJECTED.toString(), record.id(), record.type(), NOW))),
                violation("outbox", "published out of order", cancelledEvent(), it -> change(
                        it.published,
                        record -> record.id().equals(cancelledEvent().toString()),
                        record -> new Published(record.topic(), 0, 4, record.key(), record.id(), record.type(), NOW))),
                violation("inbox", "not applied by one of two", new UUID(0x7000, 1), it -> it.heard.remove(
                        new Heard("inventory-orders", new UUID(0x7000, 1).toString()))),
                violation("inbox", "a group that is behind", "order-service payments.v1-0@7", it -> it.lags.set(
                        0, new Lag("order-service", "payments.v1", 0, 7, 9))),
                violation("effects", "one event with two effects", CONFIRMED, it -> change(
                        it.orders,
                        order -> order.id().equals(CONFIRMED),
                        order -> logged(order, "PENDING", "CONFIRMED", "STOCK_COMMITTED", "PAYMENT_CAPTURED", "PAYMENT_CAPTURED"))),
                violation("effects", "an event without its effect", CONFIRMED, it -> change(
                        it.orders,
                        order -> order.id().equals(CONFIRMED),
                        order -> logged(order, "PENDING", "CONFIRMED", "STOCK_COMMITTED"))),
                violation("effects", "a sale that was announced twice", CONFIRMED, it -> {
                    it.event(CONFIRMED, "inventory.v1.StockCommitted");
                    change(it.orders, order -> order.id().equals(CONFIRMED), order -> logged(
                            order, "PENDING", "CONFIRMED", "STOCK_COMMITTED", "PAYMENT_CAPTURED", "STOCK_COMMITTED"));
                }),
                violation("effects", "a log with a gap", CONFIRMED, it -> change(
                        it.orders, order -> order.id().equals(CONFIRMED), order -> new Order(
                                CONFIRMED,
                                order.status(),
                                order.version(),
                                order.epoch(),
                                order.total(),
                                order.currency(),
                                order.lines(),
                                order.steps(),
                                false))),
                violation("dead letters", "an event that was given up", "orders.v1.dlt-0@7", it -> it.deadLetters.add(
                        new DeadLetter("orders.v1.dlt", 0, 7, null, "payment-service", "not an event"))),
                violation("epochs", "a driver that was overtaken", CONFIRMED, it -> it.writes.add(
                        new Write(CONFIRMED, "orders", 0))),
                violation("epochs", "an epoch from nowhere", CONFIRMED, it -> it.writes.add(
                        new Write(CONFIRMED, "holds", 2))),
                violation("resources", "a connection that is not given back", "order-service hikaricp_connections_active", it -> it
                        .resources
                        .set(0, new Resource("order-service", "hikaricp_connections_active", 1, 0))));
    }

    @Test
    void eachHasANegativeControl() {
        var controlled = violations().map(it -> it.get()[0]).collect(Collectors.toSet());

        assertThat(Oracles.all()).extracting(Oracle::name).allSatisfy(it -> assertThat(controlled).contains(it));
    }

    @ParameterizedTest
    @MethodSource("sections")
    void judgesNothingThatWasNotLookedAt(Section section) {
        var evidence = new Scene().evidence().lacking(section, "nobody looked");

        var results = Examination.ofRest(evidence, Oracles.all());

        assertThat(results).allSatisfy(it -> assertThat(it.state())
                .isEqualTo(it.oracle().needs().contains(section) ? State.NOT_JUDGED : State.HOLDS));
    }

    static Section[] sections() {
        return Section.values();
    }

    @Test
    void aRepetitionInATopicIsNoViolation() {
        var scene = new Scene();
        List.copyOf(scene.said).forEach(scene::publish);

        assertThat(red(scene.evidence())).isEmpty();
    }

    @Test
    void aDeadLetterThatWasAppliedSinceIsNoViolation() {
        var scene = new Scene();
        var event = scene.firstSaid("order.v1.OrderConfirmed").id().toString();
        scene.deadLetters.add(new DeadLetter("orders.v1.dlt", 0, 7, event, "payment-service", "away"));

        assertThat(red(scene.evidence())).isEmpty();

        scene.heard.remove(new Heard("payment-orders", event));

        assertThat(red(scene.evidence())).containsExactly("dead letters");
    }

    @Test
    void whatMayHaveBeenForgottenIsNotJudged() {
        var scene = new Scene();
        var old = NOW.minus(Duration.ofDays(7));
        scene.said.add(new Evidence.Said(
                "order-service", new UUID(0x7000, 98), 98, "orders.v1", NOBODY.toString(), "order.v1.OrderRejected", old));
        scene.published.add(
                new Published("orders.v1", 1, 0, NOBODY.toString(), "forgotten", "order.v1.OrderRejected", old));

        assertThat(red(scene.evidence())).isEmpty();
    }

    @Test
    void namesWhatItDoesNotKnow() {
        assertThat(catchThrowable(() -> Oracles.named("luck")))
                .hasMessageContaining("luck")
                .hasMessageContaining("money, ledger, stock");
    }

    private static Set<String> red(Evidence evidence) {
        return Examination.ofRest(evidence, Oracles.all()).stream()
                .filter(it -> it.state() == State.VIOLATED)
                .map(it -> it.oracle().name())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Arguments violation(String oracle, String what, Object about, Consumer<Scene> spoil) {
        return arguments(oracle, what, about, spoil);
    }

    private static UUID cancelledEvent() {
        return new Scene().firstSaid("order.v1.OrderCancelled").id();
    }

    private static void changeOrder(List<Order> orders, UUID id, UnaryOperator<Order> change) {
        change(orders, it -> it.id().equals(id), change);
    }

    private static Order priced(Order order, long total) {
        return new Order(
                order.id(),
                order.status(),
                order.version(),
                order.epoch(),
                total,
                order.currency(),
                order.lines(),
                order.steps(),
                order.numbered());
    }

    private static Order logged(Order order, String... steps) {
        return new Order(
                order.id(),
                order.status(),
                order.version(),
                order.epoch(),
                order.total(),
                order.currency(),
                order.lines(),
                new ArrayList<>(List.of(steps)),
                order.numbered());
    }
}
