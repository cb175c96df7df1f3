package io.meridian.outbox.autoconfigure;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.meridian.outbox.Background;
import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayStatus.State;
import io.meridian.outbox.jdbc.Retention;
import io.meridian.outbox.postgres.SlotWatch;
import io.meridian.outbox.relay.LagAlarm;
import io.meridian.outbox.relay.Relay;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Now and then: prunes the tables, and looks whether the relay's slot is as the relay thinks and how far it is behind. One thread. */
final class Housekeeping implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private final Retention retention;
    private final SlotWatch slotWatch;
    private final Relay relay;
    private final LagAlarm alarm;
    private final Duration pruneInterval;
    private final Duration watchInterval;
    private final Background background;
    private @Nullable ScheduledExecutorService executor;
    private boolean wasUnread;
    private boolean warnedOfNoLimit;

    Housekeeping(
            Retention retention,
            SlotWatch slotWatch,
            Relay relay,
            LagAlarm alarm,
            Duration pruneInterval,
            Duration watchInterval,
            Background background) {
        this.retention = retention;
        this.slotWatch = slotWatch;
        this.relay = relay;
        this.alarm = alarm;
        this.pruneInterval = pruneInterval;
        this.watchInterval = watchInterval;
        this.background = background;
    }

    @Override
    public synchronized void start() {
        if (executor == null) {
            executor = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("outbox-housekeeping").factory());
            repeat(executor, "Pruning", pruneInterval, retention::prune);
            repeat(executor, "Looking at the replication slot", watchInterval, this::watch);
        }
    }

    private void repeat(ScheduledExecutorService executor, String what, Duration interval, Runnable work) {
        var failing = new AtomicBoolean();
        executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        background.run("outbox-housekeeping", work);
                        failing.set(false);
                    } catch (RuntimeException e) {
                        if (!failing.getAndSet(true)) {
                            log.warn("{} failed, trying again every {}: {}", what, interval, e.getMessage());
                        }
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                MILLISECONDS);
    }

    private void watch() {
        slotWatch.look(relay.newestPublished()).ifPresent(sight -> {
            warnOnceIfUnlimited(sight.lag());
            relay.lags(sight.lag(), alarm.complaint(sight.lag(), relay.status().alarm() != null));
            boolean unread = !sight.active() && relay.status().state() == State.STREAMING;
            if (unread && wasUnread) { // twice, for it may just have been reconnecting
                relay.reconnect("PostgreSQL sees no reader of slot " + relay.status().slot() + ", the connection is dead");
            }
            wasUnread = unread;
        });
    }

    private void warnOnceIfUnlimited(RelayLag lag) {
        if (lag.limitBytes() < 0 && !warnedOfNoLimit) {
            warnedOfNoLimit = true;
            log.warn("Slot {} may hold back log until the disk is full: set max_slot_wal_keep_size in PostgreSQL; the table makes up"
                    + " for a slot that is lost to it", relay.status().slot());
        }
    }

    @Override
    public synchronized void stop() {
        if (executor != null) {
            executor.shutdownNow();
            executor = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }
}
