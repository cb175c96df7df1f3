package io.meridian.order.fake;

import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.PricedLine;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Stock;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Inventory in memory, with the semantics of its contract. {@code SKU-0000} is unknown, {@code SKU-1000} has nothing left. */
public final class FakeStock implements Stock {

    public static final Duration HOLD = Duration.ofMinutes(10);
    public static final Money PRICE = new Money(1_999, "EUR");

    /** What becomes of the next questions, one for each; then {@link Way#WELL} for all others. */
    public enum Way {
        WELL,
        REQUEST_LOST,
        ANSWER_LOST,
        AWAY
    }

    public final List<Way> next = new ArrayList<>();
    public final List<Duration> waited = new ArrayList<>();
    /** What every question takes. */
    public Duration takes = Duration.ofMillis(3);
    /** Whether there is too little of everything for whoever holds nothing yet. */
    public volatile boolean soldOut;
    /** What happens elsewhere while a question is on its way. */
    public Runnable meanwhile = () -> {};

    /** Whether older epochs are refused, as inventory does; off only to show what that is for. */
    public boolean fenced = true;
    /** How many questions of overtaken drivers were refused. */
    public int refusedEpochs;

    private final Map<OrderId, Long> epochs = new HashMap<>();
    private final Map<OrderId, Pricing> held = new HashMap<>();
    private final Set<OrderId> sold = new HashSet<>();
    private final Set<OrderId> closed = new HashSet<>();
    private final ManualTime time;
    private final FaultPoints points;

    public FakeStock(ManualTime time, FaultPoints points) {
        this.time = time;
        this.points = points;
    }

    public synchronized Set<OrderId> holds() {
        return Set.copyOf(held.keySet());
    }

    public synchronized Set<OrderId> sold() {
        return Set.copyOf(sold);
    }

    @Override
    public Answer hold(OrderId order, long epoch, List<Line> lines, Duration within) {
        points.pass("before hold");
        Way way;
        synchronized (this) {
            waited.add(within);
            way = next.isEmpty() ? Way.WELL : next.removeFirst();
        }
        meanwhile.run();
        return answered(order, epoch, lines, within, way);
    }

    private synchronized Answer answered(OrderId order, long epoch, List<Line> lines, Duration within, Way way) {
        if (way == Way.AWAY) {
            return new Answer.Unavailable("inventory is away");
        }
        if (way == Way.REQUEST_LOST || takes.compareTo(within) > 0) {
            time.advance(within);
            return new Answer.Unknown("the request was lost");
        }
        var answer = admits(order, epoch) ? answer(order, lines) : new Answer.Overtaken();
        time.advance(way == Way.ANSWER_LOST ? within : takes);
        points.pass("after hold");
        return way == Way.ANSWER_LOST ? new Answer.Unknown("the answer was lost") : answer;
    }

    @Override
    public synchronized void release(OrderId order, long epoch, Duration within) {
        points.pass("before release");
        if (admits(order, epoch)) {
            undo(order);
        }
        points.pass("after release");
    }

    /** What inventory does when the event arrives. */
    public synchronized void hear(Order ended) {
        switch (ended) {
            case Order.Confirmed confirmed -> {
                if (held.remove(confirmed.id()) != null) {
                    sold.add(confirmed.id());
                }
            }
            case Order.Rejected _, Order.Cancelled _ -> undo(ended.id());
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

    private void undo(OrderId order) {
        held.remove(order);
        sold.remove(order);
        closed.add(order);
    }

    private Answer answer(OrderId order, List<Line> lines) {
        if (closed.contains(order)) {
            return new Answer.Closed();
        }
        var unknown = lines.stream().map(Line::sku).filter(it -> it.equals(new Sku("SKU-0000"))).toList();
        if (!unknown.isEmpty()) {
            return new Answer.UnknownSkus(unknown);
        }
        var missing = lines.stream()
                .map(Line::sku)
                .filter(it -> it.equals(new Sku("SKU-1000")) || soldOut && !held.containsKey(order))
                .toList();
        if (!missing.isEmpty()) {
            return new Answer.Shortage(missing);
        }
        return new Answer.Held(held.computeIfAbsent(order, _ -> priced(lines)));
    }

    private Pricing priced(List<Line> lines) {
        return new Pricing(
                lines.stream().map(it -> new PricedLine(it.sku(), it.quantity(), PRICE)).toList(),
                time.now().plus(HOLD));
    }
}
