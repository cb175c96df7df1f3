package io.meridian.order.settling;

import io.meridian.order.model.Fact;
import io.meridian.order.model.Lifecycle;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Entry;
import io.meridian.order.settling.Unfinished.Leased;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives on the orders nobody drives, until each has ended. An order that still waits when it is old enough is rejected: every
 * order reaches an end, whatever becomes of the others.
 */
public final class SettleOrders {

    private static final Logger log = LoggerFactory.getLogger(SettleOrders.class);

    private final Unfinished unfinished;
    private final Drive drive;
    private final Settling settling;

    public SettleOrders(Unfinished unfinished, Drive drive, Settling settling) {
        this.unfinished = unfinished;
        this.drive = drive;
        this.settling = settling;
    }

    /** Drives the due orders, all at once, and returns when each has ended or been put down; returns how many there were. */
    public int settleDue() {
        var due = unfinished.lease(settling.atOnce(), settling.lease());
        if (!due.isEmpty()) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                due.forEach(it -> threads.execute(() -> settle(it)));
            }
        }
        return due.size();
    }

    private void settle(Leased leased) {
        try {
            switch (drive.drive(leased.entry(), leased.card())) {
                case Drive.Progress.Ended _ -> {}
                case Drive.Progress.Overtaken _ -> log.atInfo()
                        .addKeyValue("orderId", idOf(leased))
                        .log("somebody else settles the order");
                case Drive.Progress.Waiting(var entry) -> putDown(leased, entry);
                case Drive.Progress.Stranded(var entry) -> putDown(leased, entry);
            }
        } catch (RuntimeException fault) {
            // The lease runs out and the order is due again; the others of this round go on.
            log.atWarn().addKeyValue("orderId", idOf(leased)).setCause(fault).log("settling an order failed");
        }
    }

    private void putDown(Leased leased, Entry entry) {
        var tooLong = leased.age().compareTo(settling.giveUpAfter()) >= 0;
        var refusal = Lifecycle.afterWaitingTooLong(entry.order().state()).filter(_ -> tooLong);
        if (refusal.isPresent()) {
            drive.refuse(entry, Fact.Refused.because(refusal.get()));
        } else {
            unfinished.defer(
                    new Leased(entry, leased.card(), leased.attempts(), leased.age()),
                    settling.pauseAfter(leased.attempts()));
        }
    }

    private static OrderId idOf(Leased leased) {
        return leased.entry().order().id();
    }
}
