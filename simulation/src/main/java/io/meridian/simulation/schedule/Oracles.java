package io.meridian.simulation.schedule;

import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Sku;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.placing.Outcome;
import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.order.OrderRows.OrderRow;
import io.meridian.simulation.payment.CardProvider.Movement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads everything that is left of a schedule, and says what should not be so. */
final class Oracles {

    private final Platform platform;
    private final Customers customers;
    private final boolean quiet;
    private final List<Violation> violations = new ArrayList<>();

    /** @param quiet whether everything had come to rest in time */
    Oracles(Platform platform, Customers customers, boolean quiet) {
        this.platform = platform;
        this.customers = customers;
        this.quiet = quiet;
    }

    List<Violation> violations() {
        ended();
        money();
        stock();
        acknowledged();
        published();
        followed();
        once();
        sameAnswer();
        returned();
        platform.ledger().olderEpochs().forEach(it -> violation(Oracle.EPOCH, it));
        platform.ledger().unaccounted().forEach(it -> violation(Oracle.ACCOUNTED, it));
        platform.ledger().refusals().forEach(it -> violation(Oracle.CONSTRAINT, it));
        platform.ledger().contradictions().forEach(it -> violation(Oracle.MONEY, it));
        platform.ledger().unexpected().forEach(it -> violation(Oracle.UNEXPECTED, it));
        return violations;
    }

    private void violation(Oracle oracle, String what) {
        violations.add(new Violation(oracle, what));
    }

    private List<OrderRow> orders() {
        return List.copyOf(platform.orderRows().orders.rows().values());
    }

    private void ended() {
        if (quiet) {
            return;
        }
        var before = violations.size();
        for (var row : orders()) {
            if (!row.order().state().hasEnded()) {
                violation(Oracle.ENDED, "order " + row.order().id() + " is still " + row.order().state());
            }
        }
        for (var row : platform.paymentRows().payments.rows().values()) {
            var payment = row.payment();
            if (payment.dueAt() != null) {
                violation(
                        Oracle.ENDED,
                        "payment of " + payment.orderId() + " is still "
                                + payment.state().getClass().getSimpleName());
            }
        }
        for (var slot : platform.slots()) {
            if (slot.confirmed() < slot.end()) {
                violation(Oracle.ENDED, "a log is confirmed up to " + slot.confirmed() + " of " + slot.end());
            }
        }
        platform.broker().groups().forEach((name, group) -> group.partitions().forEach(partition -> {
            var end = platform.broker().records(partition).size();
            if (group.committed(partition) < end) {
                violation(
                        Oracle.ENDED,
                        name + " has heard " + partition + " up to " + group.committed(partition) + " of " + end);
            }
        }));
        if (customers.waiting() > 0) {
            violation(Oracle.ENDED, customers.waiting() + " customers still wait");
        }
        if (violations.size() == before) {
            violation(Oracle.ENDED, "something never comes to rest");
        }
    }

    private void money() {
        var moved = new LinkedHashMap<IdempotencyKey, List<Movement>>();
        platform.provider()
                .movements()
                .forEach(it -> moved.computeIfAbsent(it.authorisation(), _ -> new ArrayList<>())
                        .add(it));
        for (var row : orders()) {
            var id = row.order().id();
            var key = IdempotencyKey.of(new io.meridian.payment.model.OrderId(id.value()), Operation.AUTHORISE);
            var movements = moved.containsKey(key) ? moved.remove(key) : List.<Movement>of();
            var captured = sum(movements, "CAPTURED");
            var refunded = sum(movements, "REFUNDED");
            var owed = row.order() instanceof Order.Confirmed confirmed
                    ? confirmed.pricing().total().amount()
                    : 0;
            if (count(movements, "CAPTURED") > 1 || count(movements, "REFUNDED") > 1 || count(movements, "RESERVED") > 1) {
                violation(Oracle.MONEY, "money of order " + id + " moved twice: " + movements);
            }
            if (captured - refunded != owed) {
                violation(
                        Oracle.MONEY,
                        "order " + id + " is " + row.order().state() + " and owes " + owed + ", captured are " + captured
                                + " and refunded " + refunded);
            }
            if (platform.provider().isReserved(key)) {
                violation(Oracle.MONEY, "money is still reserved for order " + id + ", " + row.order().state());
            }
        }
        moved.forEach((key, movements) -> violation(Oracle.MONEY, "money moved for no order: " + movements));
    }

    private static long sum(List<Movement> movements, String kind) {
        return movements.stream()
                .filter(it -> it.kind().equals(kind))
                .mapToLong(Movement::amount)
                .sum();
    }

    private static long count(List<Movement> movements, String kind) {
        return movements.stream().filter(it -> it.kind().equals(kind)).count();
    }

    private void stock() {
        var wanted = new HashMap<String, Long>();
        for (var row : orders()) {
            if (row.order() instanceof Order.Confirmed confirmed) {
                confirmed.pricing().lines().forEach(it -> wanted.merge(it.sku().value(), (long) it.quantity(), Long::sum));
            }
        }
        for (var sku : Platform.SKUS) {
            var stock = platform.stockRows().stock.row(new Sku(sku));
            if (stock == null) {
                violation(Oracle.STOCK, sku + " is gone");
                continue;
            }
            long sold = wanted.getOrDefault(sku, 0L);
            if (stock.onHand() + stock.held() + stock.sold() != stock.initial() || stock.onHand() < 0) {
                violation(Oracle.STOCK, sku + " is not conserved: " + stock);
            }
            if (stock.sold() != sold) {
                violation(Oracle.STOCK, sku + ": confirmed orders have " + sold + ", sold are " + stock.sold());
            }
            if (stock.held() != 0) {
                violation(Oracle.STOCK, sku + ": " + stock.held() + " are still held");
            }
        }
        for (var hold : platform.stockRows().holds.rows().values()) {
            var order = platform.orderRows().orders.row(new OrderId(hold.order().value()));
            var confirmed = order != null && order.order() instanceof Order.Confirmed;
            if (confirmed != (hold.status() == HoldStatus.COMMITTED)) {
                violation(
                        Oracle.STOCK,
                        "the hold of order " + hold.order() + " is " + hold.status() + ", the order "
                                + (order == null ? "is nowhere" : order.order().state()));
            }
        }
    }

    private void acknowledged() {
        for (var heard : customers.history()) {
            if (heard.outcome().isEmpty()) {
                continue;
            }
            var outcome = heard.outcome().get();
            var named = Customers.orderOf(outcome);
            if (named.isEmpty()) {
                continue;
            }
            var row = platform.orderRows().orders.row(named.get());
            if (row == null) {
                violation(Oracle.ACKNOWLEDGED, "order " + named.get() + " was acknowledged and is lost");
                continue;
            }
            var now = row.order();
            var kept = switch (outcome) {
                case Outcome.Confirmed(var then) -> now instanceof Order.Confirmed confirmed
                        ? confirmed.equals(then)
                        : now instanceof Order.Cancelled cancelled
                                && cancelled.asConfirmed().equals(Optional.of(then));
                case Outcome.Rejected(var then) -> now.equals(then);
                case Outcome.Cancelled(var then) -> now.equals(then);
                case Outcome.Unfinished _, Outcome.InProgress _, Outcome.KeyReused _, Outcome.Away _, Outcome.UnknownSkus _ -> true;
            };
            if (!kept) {
                violation(Oracle.ACKNOWLEDGED, "was answered " + outcome + ", is " + now);
            }
        }
        for (var row : orders()) {
            if (row.order() instanceof Order.Cancelled cancelled && !mayBeTakenBack(cancelled)) {
                violation(
                        Oracle.ACKNOWLEDGED,
                        "order " + cancelled.id() + " was taken back without need: " + cancelled.reason());
            }
        }
    }

    /** Stock and money run out only when their time is up, or when a clock says so. */
    private boolean mayBeTakenBack(Order.Cancelled cancelled) {
        var faults = platform.faults();
        var expires = faults.has(Fault.EXPIRY) || faults.has(Fault.CLOCK_AHEAD) || faults.has(Fault.CLOCK_BEHIND);
        return switch (cancelled.reason()) {
            case CANCELLED_BY_CUSTOMER -> customers.cancelled().contains(cancelled.id());
            case STOCK_LOST, CAPTURE_FAILED -> expires;
        };
    }

    private void published() {
        for (var database : platform.databases()) {
            published(database);
        }
    }

    private void published(Database database) {
        var topic = database.name() + ".v1";
        var committed = new LinkedHashMap<String, String>();
        var inOrder = new LinkedHashMap<String, List<String>>();
        for (var commit : database.log()) {
            for (var appended : commit.events()) {
                var event = appended.event();
                committed.put(event.id().toString(), event.aggregateId());
                inOrder.computeIfAbsent(event.aggregateId(), _ -> new ArrayList<>()).add(event.id().toString());
            }
        }
        var seen = new LinkedHashSet<String>();
        var heardInOrder = new HashMap<String, List<String>>();
        var partitionOf = new HashMap<String, Integer>();
        for (var record : platform.broker().records(topic)) {
            var id = id(record);
            if (id == null) {
                continue; // poison
            }
            if (!committed.containsKey(id)) {
                violation(Oracle.PUBLISHED, "event " + id + " on " + topic + " was never committed");
                continue;
            }
            var partition = partitionOf.putIfAbsent(record.key(), record.partition());
            if (partition != null && partition != record.partition()) {
                violation(Oracle.PUBLISHED, "events of " + record.key() + " are in two partitions of " + topic);
            }
            if (seen.add(id)) {
                heardInOrder.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(id);
            }
        }
        var missing = new LinkedHashSet<>(committed.keySet());
        missing.removeAll(seen);
        missing.forEach(it -> violation(Oracle.PUBLISHED, "event " + it + " of " + topic + " was committed and not published"));
        heardInOrder.forEach((aggregate, ids) -> {
            var expected = new ArrayList<>(inOrder.getOrDefault(aggregate, List.of()));
            expected.retainAll(new HashSet<>(ids));
            if (!expected.equals(ids)) {
                violation(Oracle.PUBLISHED, "events of " + aggregate + " on " + topic + " are out of order");
            }
        });
        var givenBack = new HashSet<@Nullable String>();
        platform.broker().putAside().forEach(it -> givenBack.add(id(it)));
        for (var record : platform.broker().records(topic + DeadLetters.SUFFIX)) {
            if (id(record) != null && !givenBack.contains(id(record))) {
                violation(Oracle.PUBLISHED, "a good event of " + topic + " is a dead letter");
            }
        }
        announced(database, committed.keySet());
    }

    /** Every end of an order was announced. */
    private void announced(Database database, Set<String> committed) {
        if (!database.name().equals("orders")) {
            return;
        }
        var types = new HashMap<String, List<String>>();
        for (var commit : database.log()) {
            commit.events().forEach(it -> types.computeIfAbsent(it.event().aggregateId(), _ -> new ArrayList<>())
                    .add(it.event().type()));
        }
        for (var row : orders()) {
            var said = types.getOrDefault(row.order().id().toString(), List.of());
            var expected = switch (row.order()) {
                case Order.Confirmed _ -> List.of("order.v1.OrderConfirmed");
                case Order.Rejected _ -> List.of("order.v1.OrderRejected");
                case Order.Cancelled cancelled -> cancelled.asConfirmed().isPresent()
                        ? List.of("order.v1.OrderConfirmed", "order.v1.OrderCancelled")
                        : List.of("order.v1.OrderCancelled");
                case Order.Placed _, Order.Reserved _ -> List.<String>of();
            };
            if (!said.equals(expected)) {
                violation(
                        Oracle.PUBLISHED,
                        "order " + row.order().id() + " is " + row.order().state() + " and announced " + said);
            }
        }
        if (committed.isEmpty() && orders().stream().anyMatch(it -> it.order().state().hasEnded())) {
            violation(Oracle.PUBLISHED, "orders ended, and nothing was announced");
        }
    }

    private static @Nullable String id(ConsumerRecord<String, byte[]> record) {
        var header = record.headers().lastHeader("ce_id");
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private void once() {
        var effects = new HashMap<String, Integer>();
        for (var database : platform.databases()) {
            for (var commit : database.log()) {
                for (var appended : commit.events()) {
                    var cause = platform.causes().get(appended.event().id());
                    if (cause != null) {
                        effects.merge(cause + " appended " + appended.event().type(), 1, Integer::sum);
                    }
                }
            }
        }
        platform.orderRows().steps.rows().forEach((key, step) -> {
            if (step.cause() != null) {
                effects.merge(step.cause() + " wrote " + step.step(), 1, Integer::sum);
            }
        });
        effects.forEach((effect, times) -> {
            if (times > 1) {
                violation(Oracle.ONCE, effect + " " + times + " times");
            }
        });
        platform.ledger().timesApplied().forEach((record, times) -> {
            if (times > 1) {
                violation(Oracle.ONCE, record + " had its effect " + times + " times");
            }
        });
    }

    private void followed() {
        if (!quiet) {
            return;
        }
        var logs = new HashMap<OrderId, List<Step>>();
        platform.orderRows().steps.rows().forEach((key, row) -> logs.computeIfAbsent(key.order(), _ -> new ArrayList<>())
                .add(row.step()));
        for (var row : orders()) {
            var log = logs.getOrDefault(row.order().id(), List.of());
            var complete = switch (row.order()) {
                case Order.Confirmed _ -> once(log, Step.STOCK_COMMITTED) && once(log, Step.PAYMENT_CAPTURED);
                case Order.Rejected _ -> log.contains(Step.STOCK_RETURNED);
                case Order.Cancelled _ -> log.contains(Step.STOCK_RETURNED)
                        && (log.contains(Step.PAYMENT_VOIDED) || once(log, Step.PAYMENT_REFUNDED));
                case Order.Placed _, Order.Reserved _ -> true;
            };
            if (!complete) {
                violation(Oracle.FOLLOWED, "order " + row.order().id() + " is " + row.order().state() + ", its log is " + log);
            }
        }
    }

    private static boolean once(List<Step> log, Step step) {
        return log.stream().filter(step::equals).count() == 1;
    }

    private void sameAnswer() {
        var perCustomer = new HashMap<String, Integer>();
        orders().forEach(it -> perCustomer.merge(it.order().placement().customer().value(), 1, Integer::sum));
        perCustomer.forEach((customer, count) -> {
            if (count > 1) {
                violation(Oracle.SAME_ANSWER, count + " orders were placed under one key of " + customer);
            }
        });
        var answers = new HashMap<String, Outcome>();
        var named = new HashMap<String, OrderId>();
        var bodies = new HashMap<String, String>();
        for (var heard : customers.history()) {
            if (heard.outcome().isEmpty()) {
                continue;
            }
            var outcome = heard.outcome().get();
            var order = Customers.orderOf(outcome);
            if (order.isEmpty()) {
                continue;
            }
            var firstNamed = named.putIfAbsent(heard.customer(), order.get());
            if (firstNamed != null && !firstNamed.equals(order.get())) {
                violation(Oracle.SAME_ANSWER, "one key of " + heard.customer() + " names " + firstNamed + " and " + order.get());
            }
            var body = bodies.putIfAbsent(heard.customer(), heard.fingerprint());
            if (body != null && !body.equals(heard.fingerprint())) {
                violation(Oracle.SAME_ANSWER, "two bodies were accepted under one key of " + heard.customer());
            }
            if (Customers.isFinal(outcome)) {
                var first = answers.putIfAbsent(heard.customer(), outcome);
                if (first != null && !first.equals(outcome)) {
                    violation(Oracle.SAME_ANSWER, heard.customer() + " heard " + first + " and then " + outcome);
                }
            }
        }
    }

    private void returned() {
        if (!quiet) {
            return;
        }
        for (var row : orders()) {
            if (row.order().state().hasEnded() && (row.leaseUntil() != null || row.token() != null)) {
                violation(Oracle.RETURNED, "order " + row.order().id() + " has ended and is still leased");
            }
        }
    }

    /** To be asked once everything is still: what nobody gives back any more. */
    static List<Violation> leftOver(Platform platform) {
        var left = new ArrayList<Violation>();
        for (var database : platform.databases()) {
            if (database.open() > 0) {
                left.add(new Violation(
                        Oracle.RETURNED, database.open() + " transactions or locks are left in " + database.name()));
            }
        }
        return left;
    }
}
