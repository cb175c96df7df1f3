package io.meridian.order.placing;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Draft;
import io.meridian.order.model.Fact;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Placement;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.StoreUnavailable;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Places an order under an idempotency key, and answers a repeated request as the first one was answered.
 *
 * <p>The first answer is not kept as bytes: it is read back from the journal, which remembers how the placing of an order
 * ended. So a repeat is answered alike after a crash between the end and its answer, after {@code settling} finished
 * the order, and on another edge than the first.
 */
public final class PlaceOrder {

    private final Orders orders;
    private final Drive drive;
    private final Neighbours neighbours;
    private final Catalogue catalogue;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final LongAdder replays = new LongAdder();

    public PlaceOrder(
            Orders orders, Drive drive, Neighbours neighbours, InstantSource clock, RandomGenerator random) {
        this(orders, drive, neighbours, Catalogue.SILENT, clock, random);
    }

    public PlaceOrder(
            Orders orders,
            Drive drive,
            Neighbours neighbours,
            Catalogue catalogue,
            InstantSource clock,
            RandomGenerator random) {
        this.orders = orders;
        this.drive = drive;
        this.neighbours = neighbours;
        this.catalogue = catalogue;
        this.clock = clock;
        this.random = random;
    }

    /** @param replayed whether an earlier request is answered again */
    public record Answer(Outcome outcome, boolean replayed) {}

    /**
     * Places the order, or answers for the one that was placed under this key.
     *
     * @throws StoreUnavailable if the journal cannot be reached before anything is known to be written; the request may be
     *     repeated under the same key
     */
    public Answer place(Draft draft, IdempotencyKey key) {
        var unknown = catalogue.unknownOf(draft.lines());
        if (!unknown.isEmpty()) {
            // A product may leave the catalogue after it was ordered, and a repeat is answered as the first request was.
            return orders.earlier(draft.customer(), key, draft.fingerprint())
                    .map(this::answered)
                    .orElseGet(() -> new Answer(new Outcome.UnknownSkus(unknown), false));
        }
        return switch (neighbours.ask()) {
            case Neighbours.Answer.Away(var who, var retryAfter) -> new Answer(new Outcome.Away(who, retryAfter), false);
            case Neighbours.Answer.There there -> {
                try (there) {
                    yield admitted(draft, key);
                }
            }
        };
    }

    private Answer admitted(Draft draft, IdempotencyKey key) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var order = new Order.Placed(new Placement(OrderId.mint(now, random), draft.customer(), draft.lines(), now));
        return switch (orders.claim(order, draft.card(), key, draft.fingerprint())) {
            case Claim.Fresh(var entry) -> new Answer(driven(entry, draft.card()), false);
            case Claim.Earlier earlier -> answered(earlier);
        };
    }

    private Answer answered(Claim.Earlier earlier) {
        return switch (earlier) {
            case Claim.Repeated(var entry) -> repeated(Outcome.asFirstAnswered(entry.order()));
            case Claim.OtherRequest() -> new Answer(new Outcome.KeyReused(), false);
        };
    }

    /** How many requests were answered as an earlier one was. */
    public long replays() {
        return replays.sum();
    }

    private Answer repeated(Outcome first) {
        var answered = !(first instanceof Outcome.InProgress);
        if (answered) {
            replays.increment();
        }
        return new Answer(first, answered);
    }

    private Outcome driven(Entry entry, CardToken card) {
        var id = entry.order().id();
        try {
            return ended(drive.drive(entry, card), id);
        } catch (StoreUnavailable _) {
            // It is journalled, and how far it came is not known here: settling goes on from what was written.
            return new Outcome.Unfinished(id);
        }
    }

    private Outcome ended(Drive.Progress progress, OrderId id) {
        return switch (progress) {
            case Drive.Progress.Ended(var order) -> Outcome.asFirstAnswered(order);
            case Drive.Progress.Waiting(var entry, _) -> new Outcome.Unfinished(entry.order().id());
            case Drive.Progress.Stranded(var entry, _) ->
                ended(drive.refuse(entry, Fact.Refused.because(Rejection.DEPENDENCY_UNAVAILABLE)), id);
            case Drive.Progress.Overtaken() -> overtaken(id);
        };
    }

    /** Cancelled meanwhile, or taken over by settling because this drive was too slow. */
    private Outcome overtaken(OrderId id) {
        return orders.find(id)
                .map(Entry::order)
                .filter(it -> it.state().hasEnded())
                .map(Outcome::asFirstAnswered)
                .orElseGet(() -> new Outcome.Unfinished(id));
    }
}
