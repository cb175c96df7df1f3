package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.DeadLetter;
import io.meridian.local.oracle.Evidence.Events;
import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Hold;
import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.Lag;
import io.meridian.local.oracle.Evidence.Line;
import io.meridian.local.oracle.Evidence.Money;
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
import io.meridian.local.oracle.Evidence.Said;
import io.meridian.local.oracle.Evidence.Stock;
import io.meridian.local.oracle.Evidence.Write;
import io.meridian.local.oracle.History.Call;
import io.meridian.local.oracle.History.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A platform at rest on which three orders had their three ends and all is well, to be spoilt in one place.
 *
 * <p>Two pieces of SKU-0001 at 19.99 each: one order is confirmed, one rejected after its hold, one cancelled after its confirmation.
 */
final class Scene {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static final UUID CONFIRMED = UUID.fromString("019c0000-0000-7000-8000-000000000001");
    static final UUID REJECTED = UUID.fromString("019c0000-0000-7000-8000-000000000002");
    static final UUID CANCELLED = UUID.fromString("019c0000-0000-7000-8000-000000000003");

    static final long TOTAL = 3998;

    private static final List<Line> LINES = List.of(new Line("SKU-0001", 2));

    final List<Order> orders = new ArrayList<>();
    final List<Product> products = new ArrayList<>(List.of(new Product("SKU-0001", 100, 98, 0, 2)));
    final List<Hold> holds = new ArrayList<>();
    final List<Payment> payments = new ArrayList<>();
    final List<Operation> journal = new ArrayList<>();
    final List<Movement> movements = new ArrayList<>();
    final List<Said> said = new ArrayList<>();
    final List<Published> published = new ArrayList<>();
    final List<Heard> heard = new ArrayList<>();
    final List<Lag> lags = new ArrayList<>(List.of(new Lag("order-service", "payments.v1", 0, 9, 9)));
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final List<Resource> resources =
            new ArrayList<>(List.of(new Resource("order-service", "hikaricp_connections_active", 0, 0)));
    final List<Write> writes = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();

    private long events;

    Scene() {
        confirmed();
        rejected();
        cancelled();
    }

    private void confirmed() {
        order(CONFIRMED, OrderStatus.CONFIRMED, "PENDING", "CONFIRMED", "STOCK_COMMITTED", "PAYMENT_CAPTURED");
        hold(CONFIRMED, HoldStatus.COMMITTED);
        payment(CONFIRMED, PaymentStatus.CAPTURED, "AUTHORISE", "CAPTURE");
        moved(CONFIRMED, MovementKind.RESERVED, MovementKind.CAPTURED);
        event(CONFIRMED, "order.v1.OrderConfirmed");
        event(CONFIRMED, "inventory.v1.StockCommitted");
        event(CONFIRMED, "payment.v1.PaymentCaptured");
        call(Kind.PLACE, "k-1", 504, "deadline-exceeded", CONFIRMED, null);
        call(Kind.PLACE, "k-1", 201, "", CONFIRMED, OrderStatus.CONFIRMED);
        call(Kind.READ, "", 200, "", CONFIRMED, OrderStatus.CONFIRMED);
        writes.add(new Write(CONFIRMED, "orders", 0));
        writes.add(new Write(CONFIRMED, "orders", 1));
        writes.add(new Write(CONFIRMED, "holds", 0));
    }

    private void rejected() {
        order(REJECTED, OrderStatus.REJECTED, "PENDING", "REJECTED", "STOCK_RETURNED");
        hold(REJECTED, HoldStatus.RELEASED);
        payments.add(new Payment(REJECTED, PaymentStatus.DECLINED, TOTAL, "EUR"));
        journal.add(new Operation(REJECTED, "AUTHORISE", "DECLINED"));
        event(REJECTED, "order.v1.OrderRejected");
        event(REJECTED, "inventory.v1.StockReturned");
        call(Kind.PLACE, "k-2", 402, "payment-declined", REJECTED, null);
    }

    private void cancelled() {
        order(
                CANCELLED,
                OrderStatus.CANCELLED,
                "PENDING",
                "CONFIRMED",
                "PAYMENT_CAPTURED",
                "STOCK_COMMITTED",
                "CANCELLED",
                "STOCK_RETURNED",
                "PAYMENT_REFUNDED");
        hold(CANCELLED, HoldStatus.RETURNED);
        payment(CANCELLED, PaymentStatus.REFUNDED, "AUTHORISE", "CAPTURE", "REFUND");
        moved(CANCELLED, MovementKind.RESERVED, MovementKind.CAPTURED, MovementKind.REFUNDED);
        event(CANCELLED, "order.v1.OrderConfirmed");
        event(CANCELLED, "payment.v1.PaymentCaptured");
        event(CANCELLED, "inventory.v1.StockCommitted");
        event(CANCELLED, "order.v1.OrderCancelled");
        event(CANCELLED, "inventory.v1.StockReturned");
        event(CANCELLED, "payment.v1.PaymentRefunded");
        call(Kind.PLACE, "k-3", 201, "", CANCELLED, OrderStatus.CONFIRMED);
        call(Kind.CANCEL, "", 200, "", CANCELLED, OrderStatus.CANCELLED);
    }

    void order(UUID id, OrderStatus status, String... steps) {
        orders.add(new Order(id, status, steps.length, 1, TOTAL, "EUR", LINES, List.of(steps), true));
    }

    void hold(UUID order, HoldStatus status) {
        holds.add(new Hold(order, status, LINES));
    }

    void payment(UUID order, PaymentStatus status, String... succeeded) {
        payments.add(new Payment(order, status, TOTAL, "EUR"));
        Stream.of(succeeded).forEach(it -> journal.add(new Operation(order, it, "SUCCEEDED")));
    }

    void moved(UUID order, MovementKind... kinds) {
        Stream.of(kinds).forEach(it -> movements.add(new Movement(order, "sim_" + order, it, TOTAL, "EUR")));
    }

    /** Said, published and heard by all; the offsets of a topic ascend. */
    void event(UUID order, String type) {
        var said = said(order, type);
        publish(said);
        Consumer.of(said.topic()).forEach(it -> heard.add(new Heard(it.id(), said.id().toString())));
    }

    Said said(UUID order, String type) {
        var service = type.substring(0, type.indexOf('.'));
        var topic = switch (service) {
            case "order" -> "orders.v1";
            case "payment" -> "payments.v1";
            default -> service + ".v1";
        };
        events++;
        var event = new Said(
                service + "-service", new UUID(0x7000, events), events, topic, order.toString(), type, NOW.minusSeconds(60));
        said.add(event);
        return event;
    }

    void publish(Said event) {
        published.add(new Published(
                event.topic(),
                0,
                published.size(),
                event.aggregate(),
                event.id().toString(),
                event.type(),
                event.at()));
    }

    /** One second for each call, one call after the other. */
    void call(
            Kind kind,
            String key,
            int status,
            String problem,
            @Nullable UUID order,
            @Nullable OrderStatus state) {
        var began = NOW.plusSeconds(calls.size());
        calls.add(new Call(kind, "c-1", key, began, began.plusMillis(500), status, problem, order, state));
    }

    Said firstSaid(String type) {
        return said.stream().filter(it -> it.type().equals(type)).findFirst().orElseThrow();
    }

    static <T> void change(List<T> all, Predicate<T> which, UnaryOperator<T> change) {
        var at = all.indexOf(all.stream().filter(which).findFirst().orElseThrow());
        all.set(at, change.apply(all.get(at)));
    }

    Evidence evidence() {
        return Evidence.nothing(NOW)
                .withOrders(orders)
                .withStock(new Stock(products, holds))
                .withMoney(new Money(payments, journal, movements))
                .withEvents(new Events(said, published, heard, lags, deadLetters))
                .withResources(resources)
                .withWrites(writes)
                .withHistory(new History(calls));
    }
}
