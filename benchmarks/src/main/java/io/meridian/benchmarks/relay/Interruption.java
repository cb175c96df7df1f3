package io.meridian.benchmarks.relay;

import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.Relay;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A relay that is interrupted again and again while events are committed: how long until it publishes again, and what is missing. */
final class Interruption {

    /** What interrupts it. */
    enum Kind {
        /** Its thread and its connections end, as with the process, and another relay begins. */
        RESTART("another relay in its place"),
        /** PostgreSQL ends its connection. */
        CONNECTION("its connection is ended");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * What came of it.
     *
     * @param nanos until the next event was published, for each interruption
     * @param repeated publications of events that had been published before
     * @param missing committed events that were not published
     */
    record Outcome(long[] nanos, int repeated, int missing) {}

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofMillis(300);

    private final Stage stage;
    private final Set<UUID> committed = ConcurrentHashMap.newKeySet();
    private final Set<UUID> published = ConcurrentHashMap.newKeySet();
    private final AtomicLong publications = new AtomicLong();
    private volatile boolean over;

    Interruption(Stage stage) {
        this.stage = stage;
    }

    Outcome of(Kind kind, int times, int rate) throws InterruptedException {
        var slot = stage.slot("interruption_" + kind.ordinal());
        var relay = relay(slot);
        relay.start();
        var appending = Thread.ofPlatform().name("appending").start(() -> append(rate));
        var nanos = new long[times];
        try {
            awaitPublication(publications.get());
            for (int i = 0; i < times; i++) {
                Pause.of(BETWEEN);
                long begin;
                if (kind == Kind.RESTART) {
                    relay.stop();
                    begin = System.nanoTime();
                    relay = relay(slot);
                    long before = publications.get();
                    relay.start();
                    awaitPublication(before);
                } else {
                    long failures = relay.status().failures();
                    begin = System.nanoTime();
                    terminate(slot);
                    await(relay, failures);
                    awaitPublication(publications.get());
                }
                nanos[i] = System.nanoTime() - begin;
            }
            over = true;
            appending.join(BOUND);
            long bound = System.nanoTime() + BOUND.toNanos();
            while (!published.containsAll(committed) && System.nanoTime() - bound < 0) {
                Pause.of(Duration.ofMillis(10));
            }
            var missing = (int) committed.stream().filter(it -> !published.contains(it)).count();
            return new Outcome(nanos, (int) (publications.get() - published.size()), missing);
        } finally {
            over = true;
            relay.stop();
            stage.drop(slot);
        }
    }

    private Relay relay(OutboxSlot slot) {
        return new Relay(
                new WalChangeLog(slot, System::nanoTime),
                Contender.plain(stage),
                Contender.SETTINGS,
                List.of(new RelayListener() {
                    @Override
                    public void published(StoredEvent event, Duration sinceOccurred) {
                        published.add(event.id());
                        publications.incrementAndGet();
                    }
                }),
                System::nanoTime,
                InstantSource.system());
    }

    private void append(int rate) {
        var transaction = new TransactionTemplate(new DataSourceTransactionManager(stage.dataSource()));
        var outbox = new Outbox(
                stage.dataSource(), List.of(), InstantSource.system(), 900_000, Appending.TABLE, () -> {});
        var event = new OutgoingEvent(Stage.TOPIC, "order-1", "order.v1.OrderConfirmed", new byte[200]);
        long next = System.nanoTime();
        while (!over) {
            UUID id = transaction.execute(_ -> outbox.append(event));
            if (id != null) {
                committed.add(id);
            }
            next += 1_000_000_000L / rate;
            Pause.until(next);
        }
    }

    private void terminate(OutboxSlot slot) {
        stage.jdbc()
                .sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = :slot")
                .param("slot", slot.name())
                .query((row, _) -> row.getBoolean(1))
                .single();
    }

    private static void await(Relay relay, long failures) {
        long bound = System.nanoTime() + BOUND.toNanos();
        while (relay.status().failures() == failures) {
            require(bound);
        }
    }

    private void awaitPublication(long before) {
        long bound = System.nanoTime() + BOUND.toNanos();
        while (publications.get() == before) {
            require(bound);
        }
    }

    private static void require(long bound) {
        if (System.nanoTime() - bound > 0) {
            throw new IllegalStateException("nothing was published within " + BOUND);
        }
        Pause.of(Duration.ofMillis(1));
    }
}
