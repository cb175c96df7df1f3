package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;
import io.meridian.order.reconciling.Entry.Held;
import io.meridian.order.reconciling.Entry.Ordered;
import io.meridian.order.reconciling.Entry.Paid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the orders, the payments and the holds side by side, in the order of their ids (a merge join), so that nothing is kept in
 * memory but a page of each and what differs; and an entry that only one of them has is seen from whichever side.
 *
 * <p>The three are not read as of one moment. So a difference counts only if it is still there at a second look; one that every order has
 * on its way is looked at until it has passed or {@link Settings#patience} is over.
 */
public final class Reconcile {

    private final Ledger<Ordered> orders;
    private final Ledger<Paid> payments;
    private final Ledger<Held> holds;
    private final Settings settings;
    private final LongSupplier nanoClock;
    private final Pause pause;

    /**
     * How to compare.
     *
     * @param pageSize entries asked for at a time
     * @param atMost with so many differences it ends: by then something else is wrong
     * @param patience how long what may be under way is looked at again
     * @param between how long between two looks
     */
    public record Settings(int pageSize, int atMost, Duration patience, Duration between) {}

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {

        /** @return false if whoever runs this wants it to end */
        boolean pause(Duration duration);
    }

    public Reconcile(
            Ledger<Ordered> orders,
            Ledger<Paid> payments,
            Ledger<Held> holds,
            Settings settings,
            LongSupplier nanoClock,
            Pause pause) {
        this.orders = orders;
        this.payments = payments;
        this.holds = holds;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    /** @throws CannotLook if one of the three does not show what it has */
    public Report compare(Window window) {
        var ordered = new Cursor<>(orders, settings.pageSize(), window.after());
        var paid = new Cursor<>(payments, settings.pageSize(), window.after());
        var held = new Cursor<>(holds, settings.pageSize(), window.after());
        var suspects = new ArrayList<Difference>();
        var tooYoung = 0L;
        for (var id = lowest(ordered, paid, held);
                id != null && suspects.size() < settings.atMost();
                id = lowest(ordered, paid, held)) {
            var sight = new Comparison(id, ordered.take(id), paid.take(id), held.take(id));
            if (window.isTooYoung(id)) {
                tooYoung++;
            } else {
                suspects.addAll(sight.differences());
            }
        }
        var more = suspects.size() >= settings.atMost();
        var lasting = lookAgain(suspects);
        return new Report(
                window,
                ordered.passed(),
                paid.passed(),
                held.passed(),
                tooYoung,
                suspects.size() - lasting.size(),
                lasting,
                more);
    }

    private static @Nullable OrderId lowest(Cursor<?>... cursors) {
        return Stream.of(cursors)
                .map(Cursor::at)
                .filter(Objects::nonNull)
                .min(OrderId::compareTo)
                .orElse(null);
    }

    /** Those that stay. */
    private List<Difference> lookAgain(List<Difference> suspects) {
        var begin = nanoClock.getAsLong();
        var lasting = new ArrayList<Difference>();
        var open = List.copyOf(suspects);
        while (!open.isEmpty() && pause.pause(settings.between())) {
            var isOver = nanoClock.getAsLong() - begin >= settings.patience().toNanos();
            var still = new ArrayList<Difference>();
            for (var id : open.stream().map(Difference::order).distinct().toList()) {
                var now = look(id).differences();
                for (var before : open) {
                    now.stream()
                            .filter(it -> before.order().equals(id) && isSame(before, it))
                            .findFirst()
                            .ifPresent(it -> (it.kind().isPassing() && !isOver ? still : lasting).add(it));
                }
            }
            open = still;
        }
        lasting.addAll(open); // told to end: better told too much
        return lasting;
    }

    /** What stays wrong is told word for word as before; what is under way may have moved on and still be there. */
    private static boolean isSame(Difference before, Difference now) {
        return before.kind() == now.kind() && (now.kind().isPassing() || before.found().equals(now.found()));
    }

    /** Looks at one order; effects before their cause, so that no effect is seen whose cause is not. */
    private Comparison look(OrderId id) {
        var hold = only(holds, id);
        var payment = only(payments, id);
        return new Comparison(id, only(orders, id), payment, hold);
    }

    private static <T extends Entry> @Nullable T only(Ledger<T> ledger, OrderId id) {
        var found = ledger.after(before(id), 1);
        return found.isEmpty() || !found.getFirst().id().equals(id) ? null : found.getFirst();
    }

    /** The id right before this one, as they compare; null before the first. */
    private static @Nullable OrderId before(OrderId id) {
        var high = id.value().getMostSignificantBits();
        var low = id.value().getLeastSignificantBits();
        if (low != 0) {
            return new OrderId(new UUID(high, low - 1));
        }
        return high == 0 ? null : new OrderId(new UUID(high - 1, -1));
    }
}
