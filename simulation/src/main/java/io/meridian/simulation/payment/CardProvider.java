package io.meridian.simulation.payment;

import io.meridian.payment.authorising.Provider;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Answer.Declined;
import io.meridian.payment.model.Answer.Done;
import io.meridian.payment.model.Answer.Failed;
import io.meridian.payment.model.Answer.Gone;
import io.meridian.payment.model.Answer.Unanswered;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The card provider, elsewhere: it outlives all processes, does each key once, and may do something and never say so. What it was
 * asked arrives although whoever asked has given up or died.
 */
public final class CardProvider {

    /** What may go wrong on the way to it and with it. */
    public interface Hazards {

        Hazards NONE = new Hazards() {};

        default long way(Node from) {
            return 1_000_000;
        }

        default boolean losesRequest(Node from, String operation) {
            return false;
        }

        default boolean losesAnswer(Node from, String operation) {
            return false;
        }

        /** How much later than usual a request arrives. */
        default long delays(Node from, String operation) {
            return 0;
        }

        /** Whether it says that it failed, and has done nothing. */
        default boolean fails(Node from, String operation) {
            return false;
        }
    }

    /** What a planted bug may bend: how the service asks. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** The key under which it is asked. */
        default IdempotencyKey key(IdempotencyKey key, String operation) {
            return key;
        }

        /** Whether an authorisation is captured, and refunded, once. */
        default boolean oncePerAuthorisation() {
            return true;
        }

        /** What is made of no answer. */
        default Answer silence(String operation) {
            return new Unanswered();
        }
    }

    /** Money that really moved. */
    public record Movement(IdempotencyKey authorisation, String kind, long amount) {}

    private record Request(Answer answer, long decidedAt) {}

    private static final class Reserved {

        private final Charge charge;
        private String status = "RESERVED";

        Reserved(Charge charge) {
            this.charge = charge;
        }
    }

    private final World world;
    private final Duration timeout;
    private final Map<IdempotencyKey, Request> requests = new LinkedHashMap<>();
    private final Map<IdempotencyKey, Reserved> authorisations = new LinkedHashMap<>();
    private final List<Movement> movements = new ArrayList<>();
    private Hazards hazards = Hazards.NONE;
    private Bends bends = Bends.NONE;
    private boolean away;

    public CardProvider(World world, Duration timeout) {
        this.world = world;
        this.timeout = timeout;
    }

    public void setHazards(Hazards hazards) {
        this.hazards = hazards;
    }

    public void setBends(Bends bends) {
        this.bends = bends;
    }

    public void goAway() {
        away = true;
    }

    public void comeBack() {
        away = false;
    }

    /** Everything that was ever moved, in order. */
    public List<Movement> movements() {
        return movements;
    }

    /** Money that is still reserved under a key. */
    public boolean isReserved(IdempotencyKey authorisation) {
        var reserved = authorisations.get(authorisation);
        return reserved != null && reserved.status.equals("RESERVED");
    }

    /** Whether an order had any money reserved at any time. */
    public boolean knows(IdempotencyKey authorisation) {
        return authorisations.containsKey(authorisation);
    }

    /** The way of one process to it. */
    public Provider from(Node node) {
        return new Asking(node);
    }

    private final class Asking implements Provider {

        private final Node node;

        Asking(Node node) {
            this.node = node;
        }

        @Override
        public Answer authorise(IdempotencyKey key, Charge charge) {
            var token = charge.token().secret();
            var working = token.startsWith("tok_slow_") ? Long.parseLong(token.substring(9)) * 1_000_000 : 0;
            var used = bends.key(key, "authorise");
            return ask("authorise", token, working, used, () -> switch (token) {
                case "tok_declined" -> new Declined(DeclineReason.CARD_DECLINED);
                case "tok_insufficient_funds" -> new Declined(DeclineReason.INSUFFICIENT_FUNDS);
                default -> reserve(used, charge);
            });
        }

        @Override
        public Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
            return ask(
                    "capture",
                    token(authorisation),
                    0,
                    bends.key(key, "capture"),
                    () -> move(authorisation, amount, "RESERVED", "CAPTURED"));
        }

        @Override
        public Answer cancel(IdempotencyKey key, IdempotencyKey authorisation) {
            return ask("cancel", "", 0, bends.key(key, "cancel"), () -> {
                if (requests.putIfAbsent(authorisation, new Request(new Gone(), world.nanos())) == null) {
                    return new Done(key.value()); // it was not asked for yet; now it will be refused when it is
                }
                var reserved = authorisations.get(authorisation);
                if (reserved == null || reserved.status.equals("CANCELLED")) {
                    return new Done(key.value());
                }
                return move(authorisation, reserved.charge.amount(), "RESERVED", "CANCELLED");
            });
        }

        @Override
        public Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
            return ask(
                    "refund",
                    "",
                    0,
                    bends.key(key, "refund"),
                    () -> move(authorisation, amount, "CAPTURED", "REFUNDED"));
        }

        @Override
        public Standing query(IdempotencyKey key) {
            world.tell("provider", "query");
            var way = hazards.way(node);
            world.sleep(way);
            if (away || hazards.losesRequest(node, "query")) {
                world.sleep(Math.max(0, timeout.toNanos() - way));
                return new Standing.Unanswered();
            }
            var request = Optional.ofNullable(requests.get(key));
            world.sleep(way);
            return request.map(it -> it.decidedAt > world.nanos()
                            ? (Standing) new Standing.Working()
                            : new Standing.Known(it.answer))
                    .orElseGet(Standing.Unseen::new);
        }

        private Answer ask(String operation, String token, long working, IdempotencyKey key, Supplier<Answer> effect) {
            world.tell("provider", operation);
            if (token.equals("tok_error") || hazards.fails(node, operation)) {
                world.sleep(2 * hazards.way(node));
                return new Failed();
            }
            var exchange = new Exchange(new Signal(world));
            if (!away && !hazards.losesRequest(node, operation)) {
                var arrival = world.nanos() + hazards.way(node) + hazards.delays(node, operation);
                world.at(arrival, () -> arrive(exchange, operation, token, working, key, effect));
            }
            var end = world.nanos() + timeout.toNanos();
            while (exchange.answer == null && world.nanos() < end) {
                var _ = exchange.answered.await(end - world.nanos());
            }
            return exchange.answer == null ? bends.silence(operation) : exchange.answer;
        }

        private void arrive(
                Exchange exchange,
                String operation,
                String token,
                long working,
                IdempotencyKey key,
                Supplier<Answer> effect) {
            if (away) {
                return;
            }
            // Taken as refused until the effect says otherwise, as the provider's ledger does.
            if (!requests.containsKey(key)) {
                requests.put(key, new Request(new Gone(), world.nanos()));
                requests.put(key, new Request(effect.get(), world.nanos() + working));
            }
            var request = requests.get(key);
            var silent = token.equals("tok_timeout");
            if (request == null || silent || hazards.losesAnswer(node, operation)) {
                return;
            }
            world.at(Math.max(world.nanos(), request.decidedAt) + hazards.way(node), () -> {
                exchange.answer = request.answer;
                exchange.answered.raise();
            });
        }
    }

    private static final class Exchange {

        private final Signal answered;
        private @Nullable Answer answer;

        Exchange(Signal answered) {
            this.answered = answered;
        }
    }

    private String token(IdempotencyKey authorisation) {
        var reserved = authorisations.get(authorisation);
        return reserved == null ? "" : reserved.charge.token().secret();
    }

    private Answer reserve(IdempotencyKey key, Charge charge) {
        authorisations.put(key, new Reserved(charge));
        moved(key, "RESERVED", charge.amount().amount());
        return new Done("sim_" + key.value().substring(0, 16));
    }

    private Answer move(IdempotencyKey authorisation, Money amount, String from, String to) {
        var reserved = authorisations.get(authorisation);
        if (reserved == null
                || !(reserved.status.equals(from) || (reserved.status.equals(to) && !bends.oncePerAuthorisation()))
                || !reserved.charge.amount().equals(amount)) {
            return new Gone();
        }
        reserved.status = to;
        moved(authorisation, to, amount.amount());
        return new Done("sim_" + authorisation.value().substring(0, 16));
    }

    private void moved(IdempotencyKey authorisation, String kind, long amount) {
        world.tell("money", kind);
        movements.add(new Movement(authorisation, kind, amount));
    }
}
