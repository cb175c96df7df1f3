package io.meridian.simulation.schedule;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Draft;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Line;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Outcome;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.fault.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those who order: they lose patience, ask again, ask twice at once, ask for something else under the same key, and cancel. */
final class Customers {

    /** One answer, or none. */
    record Heard(String customer, String fingerprint, Optional<Outcome> outcome) {}

    private static final List<String> CARDS = List.of(
            "tok_ok",
            "tok_ok",
            "tok_ok",
            "tok_ok",
            "tok_ok",
            "tok_ok",
            "tok_ok",
            "tok_declined",
            "tok_insufficient_funds",
            "tok_slow_700",
            "tok_slow_2500",
            "tok_timeout",
            "tok_timeout",
            "tok_error");

    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration LITTLE_PATIENCE = Duration.ofMillis(40);
    private static final int MOST_ATTEMPTS = 4;

    private final Platform platform;
    private final World world;
    private final Faults faults;
    private final Dice dice;
    private final List<Heard> history = new ArrayList<>();
    private final List<OrderId> cancelled = new ArrayList<>();
    private int under;

    Customers(Platform platform) {
        this.platform = platform;
        this.world = platform.world();
        this.faults = platform.faults();
        this.dice = world.dice().split();
    }

    /** Everything they heard, in the order in which they heard it. */
    List<Heard> history() {
        return history;
    }

    /** The orders of which they asked that they be taken back. */
    List<OrderId> cancelled() {
        return cancelled;
    }

    /** How many are still waiting or about to ask again. */
    int waiting() {
        return under;
    }

    /** Each comes within {@code span}. */
    void come(int number, Duration span) {
        for (var customer = 1; customer <= number; customer++) {
            var name = "c-" + customer;
            var draft = draft(name);
            var first = dice.between(0, span.toNanos());
            order(name, draft, first);
            if (faults.happens(Fault.SAME_KEY)) {
                order(name, draft, first + dice.between(0, 4_000_000));
                order(name, draft, first + dice.between(0, 400_000_000));
            }
            if (faults.happens(Fault.CANCELLED)) {
                world.at(
                        world.nanos() + first + dice.between(0, 300_000_000),
                        () -> orderUnderWay(name).ifPresent(this::cancel));
            }
            if (faults.happens(Fault.OTHER_BODY)) {
                order(name, other(draft), first + dice.between(0, 2_000_000_000L));
            }
        }
    }

    private void order(String name, Draft draft, long after) {
        under++;
        world.at(world.nanos() + after, () -> world.start(world.outside(), name, () -> {
            try {
                persist(name, draft);
            } finally {
                under--;
            }
        }));
    }

    private void persist(String name, Draft draft) {
        var key = new IdempotencyKey("key-of-" + name);
        for (var attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            var patience = faults.happens(Fault.CUSTOMER_LEFT) ? LITTLE_PATIENCE : PATIENCE;
            var reply = platform.network()
                    .call(
                            platform.orderService(),
                            OrderProcess.PLACE,
                            new OrderProcess.Place(draft, key),
                            patience.toNanos());
            var outcome = Optional.ofNullable((Outcome) reply.answer());
            history.add(new Heard(name, draft.fingerprint(), outcome));
            world.tell("answer", outcome.map(it -> it.getClass().getSimpleName()).orElse(reply.status().getCode().name()));
            outcome.flatMap(Customers::orderOf).filter(_ -> faults.happens(Fault.CANCELLED)).ifPresent(this::cancel);
            if (outcome.isPresent() && isFinal(outcome.get()) && !dice.chance(0.15)) {
                return;
            }
            world.sleep(dice.between(50_000_000, 2_500_000_000L));
        }
    }

    private Optional<OrderId> orderUnderWay(String name) {
        return platform.orderRows().orders.rows().values().stream()
                .filter(it -> it.order().placement().customer().value().equals(name))
                .map(it -> it.order().id())
                .findFirst();
    }

    private void cancel(OrderId order) {
        cancelled.add(order);
        under++;
        world.start(world.outside(), "cancel", () -> {
            try {
                world.sleep(dice.between(0, 1_500_000_000));
                for (var attempt = 1; attempt <= 3; attempt++) {
                    var reply = platform.network()
                            .call(
                                    platform.orderService(),
                                    OrderProcess.CANCEL,
                                    new OrderProcess.Cancel(order),
                                    PATIENCE.toNanos());
                    if (reply.answer() != null) {
                        return;
                    }
                    world.sleep(dice.between(50_000_000, 1_000_000_000));
                }
            } finally {
                under--;
            }
        });
    }

    private Draft draft(String name) {
        var lines = new ArrayList<Line>();
        for (var sku : Platform.SKUS) {
            if ((lines.isEmpty() && sku.equals(Platform.SKUS.getLast())) || dice.chance(0.45)) {
                lines.add(new Line(new Sku(sku), dice.between(1, 3)));
            }
        }
        return new Draft(new CustomerId(name), lines, new CardToken(dice.pick(CARDS)));
    }

    private static Draft other(Draft draft) {
        var first = draft.lines().getFirst();
        return new Draft(
                draft.customer(), List.of(new Line(first.sku(), first.quantity() + 1)), draft.card());
    }

    static boolean isFinal(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Confirmed _, Outcome.Rejected _, Outcome.Cancelled _, Outcome.KeyReused _, Outcome.UnknownSkus _ -> true;
            case Outcome.Unfinished _, Outcome.InProgress _, Outcome.Away _ -> false;
        };
    }

    /** The order that an answer names. */
    static Optional<OrderId> orderOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Confirmed(var order) -> Optional.of(order.id());
            case Outcome.Rejected(var order) -> Optional.of(order.id());
            case Outcome.Cancelled(var order) -> Optional.of(order.id());
            case Outcome.Unfinished(var order) -> Optional.of(order);
            case Outcome.InProgress(var order) -> Optional.of(order);
            case Outcome.KeyReused _, Outcome.Away _, Outcome.UnknownSkus _ -> Optional.empty();
        };
    }
}
