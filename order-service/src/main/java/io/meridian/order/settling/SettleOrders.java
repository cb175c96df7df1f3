package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.Lifecycle;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Entry;
import io.meridian.order.settling.Unfinished.Leased;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Drives on the orders nobody drives, until each has ended. An order that still waits when it is old enough is rejected: every
 * order reaches an end, whatever becomes of the others.
 */
public final class SettleOrders {

    private final Unfinished unfinished;
    private final Drive drive;
    private final Settling settling;
    private final Supplier<ExecutorService> threads;
    private final RandomGenerator random;

    /**
     * @param threads a thread for each order; asked for at every turn, and closed when its orders have been driven
     * @param random spreads the pauses, so that what stopped together does not come back together; used by those threads
     */
    public SettleOrders(
            Unfinished unfinished,
            Drive drive,
            Settling settling,
            Supplier<ExecutorService> threads,
            RandomGenerator random) {
        this.unfinished = unfinished;
        this.drive = drive;
        this.settling = settling;
        this.threads = threads;
        this.random = random;
    }

    /**
     * Drives the due orders, all at once, until each has ended or been put down.
     *
     * @return how many there were
     * @throws IllegalStateException naming those that a fault kept from their end; they are put down as well, or, if the journal cannot
     *     be reached for that, are due again when their leases run out
     */
    public int settleDue() {
        var due = unfinished.lease(settling.atOnce(), settling.lease());
        if (!due.isEmpty()) {
            settle(due);
        }
        return due.size();
    }

    private void settle(List<Leased> due) {
        var faults = new ConcurrentLinkedQueue<IllegalStateException>();
        try (var drivers = threads.get()) {
            due.forEach(it -> drivers.execute(() -> settle(it, faults)));
        }
        var first = faults.poll();
        if (first != null) {
            faults.forEach(first::addSuppressed);
            throw first;
        }
    }

    private void settle(Leased leased, Queue<IllegalStateException> faults) {
        try {
            switch (drive.drive(leased.entry(), leased.card())) {
                case Drive.Progress.Ended _, Drive.Progress.Overtaken _ -> {}
                case Drive.Progress.Waiting(var entry, var why) -> putDown(leased, entry, why);
                case Drive.Progress.Stranded(var entry, var why) -> putDown(leased, entry, why);
            }
        } catch (RuntimeException fault) {
            var named = new IllegalStateException(
                    "could not settle order " + leased.entry().order().id(), fault);
            faults.add(named);
            putDown(leased, named);
        }
    }

    /** Nobody knows what a fault leaves: it refuses no order, however old, and is for people to look at. */
    private void putDown(Leased leased, IllegalStateException fault) {
        try {
            unfinished.defer(leased, settling.pauseAfter(leased.attempts(), random), "fault: " + fault.getCause());
        } catch (RuntimeException another) {
            fault.addSuppressed(another);
        }
    }

    private void putDown(Leased leased, Entry entry, String why) {
        var tooLong = leased.age().compareTo(settling.giveUpAfter()) >= 0;
        var refusal = Lifecycle.afterWaitingTooLong(entry.order().state()).filter(_ -> tooLong);
        if (refusal.isPresent()) {
            drive.refuse(entry, Fact.Refused.because(refusal.get()));
        } else {
            unfinished.defer(
                    new Leased(entry, leased.card(), leased.attempts(), leased.age()),
                    settling.pauseAfter(leased.attempts(), random),
                    why);
        }
    }
}
