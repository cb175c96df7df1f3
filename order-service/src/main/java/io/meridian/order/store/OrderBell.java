package io.meridian.order.store;

import io.meridian.deadline.DeadlineScope;
import io.meridian.order.model.OrderId;
import io.meridian.order.viewing.Bell;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rings for watchers of this instance at once, and for those of the others by NOTIFY.
 *
 * <p>The notification is not part of the transaction it tells of, but follows it, many orders in one: PostgreSQL lets only one
 * transaction that notifies commit at a time, and the orders of all instances would queue there (decision 5 has the figures). What
 * that can lose, by a crash in between, a question about the watched orders once a second makes good; it is asked on one
 * connection however many watch.
 */
public final class OrderBell implements Bell, SmartLifecycle {

    /** Opens the connection that listens; it is apart from the pool, because it is kept. */
    @FunctionalInterface
    public interface Connections {
        Connection open() throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(OrderBell.class);

    private static final String CHANNEL = "order_steps";

    /** A notification is worth no wait for the disk. */
    private static final String TELL =
            "SELECT pg_notify('" + CHANNEL + "', :message), set_config('synchronous_commit', 'off', TRUE)";

    private static final String COUNT_STEPS =
            "SELECT order_id, steps FROM order_status WHERE order_id = ANY (CAST(:ids AS UUID[]))";

    /** 200 ids of 37 characters and the sender's fit the 8,000 bytes of a notification. */
    private static final int MOST_IDS = 200;

    /** How long the first order waits for company: short for a watcher, long enough for a hundred orders under load. */
    private static final Duration GATHERING = Duration.ofMillis(10);

    private static final Duration FALLBACK = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final Connections connections;
    private final LongSupplier nanoClock;
    private final String sender = UUID.randomUUID().toString();
    private final Map<UUID, Set<Waiting>> ears = new ConcurrentHashMap<>();
    private final BlockingQueue<UUID> untold = new LinkedBlockingQueue<>(100_000);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    public OrderBell(JdbcClient jdbc, Connections connections, LongSupplier nanoClock) {
        this.jdbc = jdbc;
        this.connections = connections;
        this.nanoClock = nanoClock;
    }

    @Override
    public Ear listen(OrderId id) {
        var ear = new Waiting(id.value());
        ears.compute(id.value(), (_, others) -> {
            var all = others == null ? ConcurrentHashMap.<Waiting>newKeySet() : others;
            all.add(ear);
            return all;
        });
        return ear;
    }

    @Override
    public void start() {
        running = true;
        threads.add(Thread.ofVirtual().name("order-bell-hears").start(this::hear));
        threads.add(Thread.ofVirtual().name("order-bell-tells").start(this::tell));
    }

    @Override
    public void stop() {
        running = false;
        threads.forEach(Thread::interrupt);
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Rings for watchers everywhere; to be called when what they will look for is committed. */
    void ring(OrderId id) {
        ringHere(id.value());
        if (!untold.offer(id.value())) {
            log.debug("more orders change than can be told of; watchers elsewhere learn by asking");
        }
    }

    private void ringHere(UUID id) {
        ears.getOrDefault(id, Set.of()).forEach(Waiting::ring);
    }

    private void tell() {
        while (running) {
            try {
                var first = untold.poll(FALLBACK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    Thread.sleep(GATHERING);
                    tell(first);
                }
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException fault) {
                log.debug("could not tell other instances; their watchers learn by asking", fault);
            }
        }
    }

    private void tell(UUID first) {
        var ids = new ArrayList<UUID>(MOST_IDS);
        ids.add(first);
        untold.drainTo(ids, MOST_IDS - 1);
        var message = new StringBuilder(sender);
        ids.stream().distinct().forEach(it -> message.append(' ').append(it));
        DeadlineScope.detached("order-bell", FALLBACK, () -> jdbc.sql(TELL)
                .param("message", message.toString())
                .query()
                .singleRow());
    }

    private void hear() {
        var deaf = false;
        while (running) {
            try (var connection = connections.open();
                    var statement = connection.createStatement()) {
                statement.execute("LISTEN " + CHANNEL);
                deaf = false;
                hear(connection.unwrap(PGConnection.class));
            } catch (SQLException | RuntimeException fault) {
                if (running && !deaf) {
                    log.warn("cannot hear of orders that change on other instances; trying again", fault);
                }
                deaf = true;
                pause();
            }
        }
    }

    private void hear(PGConnection connection) throws SQLException {
        var lastSteps = new HashMap<UUID, Integer>();
        var askedNanos = nanoClock.getAsLong();
        while (running) {
            heard(connection.getNotifications((int) FALLBACK.toMillis()));
            if (nanoClock.getAsLong() - askedNanos >= FALLBACK.toNanos()) {
                DeadlineScope.detached("order-bell", FALLBACK, () -> {
                    ask(lastSteps);
                    return true;
                });
                askedNanos = nanoClock.getAsLong();
            }
        }
    }

    private void heard(PGNotification @Nullable [] notifications) {
        if (notifications == null) {
            return;
        }
        for (var notification : notifications) {
            var words = notification.getParameter().split(" ", -1);
            if (!words[0].equals(sender)) {
                for (var i = 1; i < words.length; i++) {
                    ringHere(UUID.fromString(words[i]));
                }
            }
        }
    }

    /** How far the watched orders have come, whoever may have failed to tell. */
    private void ask(Map<UUID, Integer> lastSteps) {
        lastSteps.keySet().retainAll(ears.keySet());
        if (ears.isEmpty()) {
            return;
        }
        jdbc.sql(COUNT_STEPS)
                .param("ids", ears.keySet().toArray(UUID[]::new))
                .query(row -> {
                    var id = row.getObject("order_id", UUID.class);
                    var before = lastSteps.put(id, row.getInt("steps"));
                    if (before == null || before != row.getInt("steps")) {
                        ringHere(id);
                    }
                });
    }

    private void pause() {
        try {
            Thread.sleep(FALLBACK);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // told to stop
        }
    }

    private final class Waiting implements Ear {

        private final UUID id;
        private final Semaphore rung = new Semaphore(0);

        private Waiting(UUID id) {
            this.id = id;
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            var heard = rung.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
            rung.drainPermits();
            return heard;
        }

        @Override
        public void close() {
            ears.computeIfPresent(id, (_, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
            ring();
        }

        private void ring() {
            rung.release();
        }
    }
}
