package io.meridian.benchmarks.relay;

import io.meridian.outbox.RelayListener;
import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.debezium.DebeziumChangeLog;
import io.meridian.outbox.kafka.KafkaPublisher;
import io.meridian.outbox.kafka.TransactionalPublisher;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.Relay;
import io.meridian.outbox.relay.RelaySession;
import io.meridian.outbox.relay.RelaySession.Step;
import io.meridian.outbox.relay.RelaySettings;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Who reads a backlog; each from a slot of its own over the same log. */
enum Contender {
    /** The driver's stream alone: every message received, none understood. What the others are compared with. */
    BARE("bare pgjdbc stream", false) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return bare(stage, slot, events, 'I');
        }
    },
    /** The relay's session with its reader, and a publisher that acknowledges at once. */
    RELAY("relay alone", false) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return session(new WalChangeLog(slot, System::nanoTime), events);
        }
    },
    /** The same with Debezium as the reader. */
    DEBEZIUM("relay alone, Debezium", false) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return session(new DebeziumChangeLog(slot, stage.user(), stage.password()), events);
        }
    },
    /** The whole relay, as a service runs it, to Kafka's acknowledgement. */
    TO_KAFKA("relay to Kafka", false) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return relay(new WalChangeLog(slot, System::nanoTime), plain(stage), events);
        }
    },
    /** The same in Kafka's transactions. */
    IN_TRANSACTIONS("relay to Kafka in transactions", false) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return relay(new WalChangeLog(slot, System::nanoTime), transactional(stage, slot), events);
        }
    },
    /** The driver's stream alone over logical messages. */
    BARE_MESSAGES("bare pgjdbc stream, logical messages", true) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return bare(stage, slot, events, 'M');
        }
    },
    /** The relay's session over events that were appended as logical messages. */
    MESSAGES("relay alone, logical messages", true) {
        @Override
        long nanos(Stage stage, OutboxSlot slot, int events) throws Exception {
            return session(new WalChangeLog(slot, System::nanoTime), events);
        }
    };

    static final RelaySettings SETTINGS = new RelaySettings(
            500,
            4 << 20,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));

    private static final Duration BOUND = Duration.ofMinutes(5);

    private final String title;
    private final boolean readsMessages;

    Contender(String title, boolean readsMessages) {
        this.title = title;
        this.readsMessages = readsMessages;
    }

    String title() {
        return title;
    }

    /** Whether it reads logical messages instead of the table. */
    boolean readsMessages() {
        return readsMessages;
    }

    /** From the first event to the last, of so many that wait. */
    abstract long nanos(Stage stage, OutboxSlot slot, int events) throws Exception;

    private static long bare(Stage stage, OutboxSlot slot, int events, char kind) throws Exception {
        var properties = new Properties();
        PGProperty.USER.set(properties, stage.user());
        PGProperty.PASSWORD.set(properties, stage.password());
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        try (var connection = DriverManager.getConnection(stage.url(), properties)) {
            var stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(slot.name())
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", OutboxSlot.PUBLICATION)
                    .withSlotOption("binary", true)
                    .withSlotOption("messages", true)
                    .start();
            long first = 0;
            long bound = System.nanoTime() + BOUND.toNanos();
            for (int seen = 0; seen < events; ) {
                var message = stream.readPending();
                if (message == null) {
                    requireTime(bound);
                    Thread.onSpinWait();
                } else if (message.get(message.position()) == kind) {
                    first = seen == 0 ? System.nanoTime() : first;
                    seen++;
                }
            }
            return System.nanoTime() - first;
        }
    }

    private static long session(ChangeLog log, int events) throws Exception {
        var acknowledged = new AtomicInteger();
        Publisher atOnce = () -> new Publisher.Publishing() {
            @Override
            public CompletableFuture<?> publish(StoredEvent event) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {}
        };
        try (var session =
                RelaySession.open(log, atOnce, SETTINGS, _ -> acknowledged.incrementAndGet(), System::nanoTime)) {
            long first = 0;
            long bound = System.nanoTime() + BOUND.toNanos();
            while (acknowledged.get() < events) {
                var step = session.step();
                if (step == Step.SENT && first == 0) {
                    first = System.nanoTime();
                } else if (step == Step.IDLE) {
                    requireTime(bound);
                    Thread.onSpinWait();
                }
            }
            return System.nanoTime() - first;
        }
    }

    private static long relay(ChangeLog log, Publisher publisher, int events) {
        var first = new AtomicLong();
        var relay = new Relay(
                log,
                publisher,
                SETTINGS,
                List.of(new RelayListener() {
                    @Override
                    public void published(StoredEvent event, Duration sinceOccurred) {
                        first.compareAndSet(0, System.nanoTime());
                    }
                }),
                System::nanoTime,
                InstantSource.system());
        relay.start();
        try {
            long bound = System.nanoTime() + BOUND.toNanos();
            while (relay.status().published() < events) {
                requireTime(bound);
                Pause.of(Duration.ofMillis(1));
            }
            return System.nanoTime() - first.get();
        } finally {
            relay.stop();
        }
    }

    static Publisher plain(Stage stage) {
        var config = KafkaPublisher.producerConfig(stage.kafka());
        return new KafkaPublisher(() -> new KafkaProducer<>(config), () -> {}, "benchmarks");
    }

    static Publisher transactional(Stage stage, OutboxSlot slot) {
        var config = TransactionalPublisher.producerConfig(stage.kafka(), slot.name());
        return new TransactionalPublisher(() -> new KafkaProducer<>(config), () -> {}, "benchmarks");
    }

    private static void requireTime(long bound) {
        if (System.nanoTime() - bound > 0) {
            throw new IllegalStateException("not all events came within " + BOUND);
        }
    }
}
