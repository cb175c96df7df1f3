package io.meridian.order.fake;

import io.meridian.order.model.CardToken;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.placing.Payments;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Payment in memory, with the semantics of its contract. {@code tok_declined} is declined. */
public final class FakePayments implements Payments {

    /** What becomes of the next questions, one for each; then {@link Way#WELL} for all others. */
    public enum Way {
        WELL,
        REQUEST_LOST,
        ANSWER_LOST,
        PROVIDER_SILENT,
        PROVIDER_FAILED,
        AWAY
    }

    public final List<Way> next = new ArrayList<>();
    public final List<Duration> waited = new ArrayList<>();
    public Duration takes = Duration.ofMillis(5);
    /** What happens elsewhere while a question is on its way. */
    public Runnable meanwhile = () -> {};

    /** Whether older epochs are refused, as payment does; off only to show what that is for. */
    public boolean fenced = true;
    /** How many questions of overtaken drivers were refused. */
    public int refusedEpochs;

    private final Map<OrderId, Long> epochs = new HashMap<>();
    private final Map<OrderId, Money> authorised = new HashMap<>();
    private final Map<OrderId, Money> captured = new HashMap<>();
    private final Set<OrderId> closed = new HashSet<>();
    private final ManualTime time;
    private final FaultPoints points;

    public FakePayments(ManualTime time, FaultPoints points) {
        this.time = time;
        this.points = points;
    }

    public synchronized Map<OrderId, Money> authorised() {
        return Map.copyOf(authorised);
    }

    public synchronized Map<OrderId, Money> captured() {
        return Map.copyOf(captured);
    }

    @Override
    public Answer authorise(OrderId order, long epoch, Money amount, CardToken card, Duration within) {
        points.pass("before authorise");
        Way way;
        synchronized (this) {
            waited.add(within);
            way = next.isEmpty() ? Way.WELL : next.removeFirst();
        }
        meanwhile.run();
        return answered(order, epoch, amount, card, within, way);
    }

    private synchronized Answer answered(
            OrderId order, long epoch, Money amount, CardToken card, Duration within, Way way) {
        if (way == Way.AWAY) {
            return new Answer.Unavailable("payment is away");
        }
        if (way == Way.REQUEST_LOST || takes.compareTo(within) > 0) {
            time.advance(within);
            return new Answer.Unknown("the request was lost");
        }
        var answer = admits(order, epoch) ? answer(order, amount, card, way) : new Answer.Overtaken();
        time.advance(way == Way.ANSWER_LOST ? within : takes);
        points.pass("after authorise");
        return way == Way.ANSWER_LOST ? new Answer.Unknown("the answer was lost") : answer;
    }

    /** What payment does when the event arrives. */
    public synchronized void hear(Order ended) {
        switch (ended) {
            case Order.Confirmed confirmed -> {
                var amount = authorised.remove(confirmed.id());
                if (amount != null) {
                    captured.put(confirmed.id(), amount);
                }
            }
            case Order.Rejected _, Order.Cancelled _ -> {
                authorised.remove(ended.id());
                captured.remove(ended.id());
                closed.add(ended.id());
            }
            case Order.Placed _, Order.Reserved _ -> throw new AssertionError("not announced");
        }
    }

    private boolean admits(OrderId order, long epoch) {
        var highest = epochs.merge(order, epoch, Math::max);
        if (highest == epoch || !fenced) {
            return true;
        }
        refusedEpochs++;
        return false;
    }

    private Answer answer(OrderId order, Money amount, CardToken card, Way way) {
        if (closed.contains(order)) {
            return new Answer.Closed();
        }
        if (card.value().equals("tok_declined")) {
            return new Answer.Declined(Rejection.CARD_DECLINED);
        }
        if (way == Way.PROVIDER_FAILED) {
            return new Answer.Declined(Rejection.DEPENDENCY_UNAVAILABLE);
        }
        if (way == Way.PROVIDER_SILENT) {
            return new Answer.Unknown("the provider is silent");
        }
        var first = authorised.putIfAbsent(order, amount);
        if (first != null && !first.equals(amount)) {
            throw new AssertionError("asked for " + amount + " after " + first);
        }
        return new Answer.Authorised();
    }
}
