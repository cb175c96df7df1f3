package io.meridian.benchmarks.relay;

import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.debezium.DebeziumChangeLog;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.kafka.Events;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.Relay;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Events that are appended at a steady rate, each in a transaction of its own, relayed to Kafka, and applied by a consumer with the
 * inbox, each in a transaction of its own: from the return of the first commit to the return of the second.
 */
final class Journey {

    /** Who takes part. */
    enum Way {
        /** What services run by default. */
        DEFAULT("the default", Reader.WAL, false, 1),
        /** As it was: the broker waits for 10 KB or 100 ms. */
        GATHERED_FETCH("fetches of 10 KB or 100 ms", Reader.WAL, false, 10_240),
        /** Kafka's transactions. */
        TRANSACTIONS("Kafka's transactions", Reader.WAL, true, 1),
        /** Debezium as the reader. */
        DEBEZIUM("Debezium", Reader.DEBEZIUM, false, 1),
        /** Appended as logical messages. */
        MESSAGES("logical messages", Reader.MESSAGES, false, 1);

        private enum Reader {
            WAL,
            DEBEZIUM,
            MESSAGES
        }

        private final String title;
        private final Reader reader;
        private final boolean transactions;
        private final int fetchBytes;

        Way(String title, Reader reader, boolean transactions, int fetchBytes) {
            this.title = title;
            this.reader = reader;
            this.transactions = transactions;
            this.fetchBytes = fetchBytes;
        }

        String title() {
            return title;
        }

        ChangeLog log(Stage stage, OutboxSlot slot) {
            return reader == Reader.DEBEZIUM
                    ? new DebeziumChangeLog(slot, stage.user(), stage.password())
                    : new WalChangeLog(slot, System::nanoTime);
        }

        Publisher publisher(Stage stage, OutboxSlot slot) {
            return transactions ? Contender.transactional(stage, slot) : Contender.plain(stage);
        }

        Appending appending() {
            return reader == Reader.MESSAGES ? Appending.MESSAGE : Appending.TABLE;
        }
    }

    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Stage stage;
    private final Way way;
    private final int rate;
    private final Map<String, Long> committed = new ConcurrentHashMap<>();
    private final Map<String, Long> applied = new ConcurrentHashMap<>();
    private volatile boolean over;

    Journey(Stage stage, Way way, int rate) {
        this.stage = stage;
        this.way = way;
        this.rate = rate;
    }

    /** Nanoseconds of each event that was committed after the warm-up, in no order. */
    long[] nanos(Duration warmUp, Duration duration) throws Exception {
        var slot = stage.slot("journey_" + way.name().toLowerCase(Locale.ROOT));
        var relay = new Relay(
                way.log(stage, slot),
                way.publisher(stage, slot),
                Contender.SETTINGS,
                List.of(),
                System::nanoTime,
                InstantSource.system());
        relay.start();
        var consumer = Thread.ofPlatform().name("consumer").start(this::consume);
        try {
            long begin = System.nanoTime();
            appendFor(warmUp.plus(duration), relay);
            long bound = System.nanoTime() + DRAIN.toNanos();
            while (!applied.keySet().containsAll(committed.keySet()) && System.nanoTime() - bound < 0) {
                Pause.of(Duration.ofMillis(10));
            }
            var counted = begin + warmUp.toNanos();
            return committed.entrySet().stream()
                    .filter(it -> it.getValue() - counted >= 0)
                    .mapToLong(it -> applied(it.getKey()) - it.getValue())
                    .map(it -> Math.max(0, it)) // it may be applied before the committing thread is back
                    .toArray();
        } finally {
            over = true;
            consumer.join(DRAIN);
            relay.stop();
            stage.drop(slot);
        }
    }

    private long applied(String id) {
        var at = applied.get(id);
        if (at == null) {
            throw new IllegalStateException("event " + id + " was committed and not applied within " + DRAIN);
        }
        return at;
    }

    private void appendFor(Duration duration, Relay relay) {
        var transaction = new TransactionTemplate(new DataSourceTransactionManager(stage.dataSource()));
        var outbox = new Outbox(
                stage.dataSource(),
                List.of(() -> Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")),
                InstantSource.system(),
                900_000,
                way.appending(),
                relay::nudge);
        long begin = System.nanoTime();
        long events = duration.toSeconds() * rate;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long i = 0; i < events; i++) {
                Pause.until(begin + i * 1_000_000_000L / rate);
                threads.execute(() -> {
                    var aggregate = "order-" + ThreadLocalRandom.current().nextInt(1_000);
                    var event = new OutgoingEvent(Stage.TOPIC, aggregate, "order.v1.OrderConfirmed", new byte[200]);
                    UUID id = transaction.execute(_ -> outbox.append(event));
                    committed.put(String.valueOf(id), System.nanoTime());
                });
            }
        }
    }

    private void consume() {
        var config = new HashMap<>(stage.kafka());
        config.put("isolation.level", "read_committed");
        config.put("fetch.min.bytes", way.fetchBytes);
        config.put("fetch.max.wait.ms", 100);
        var inbox = new Inbox(
                stage.jdbc(), new DataSourceTransactionManager(stage.dataSource()), InstantSource.system(), List.of());
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(Stage.TOPIC).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            while (!over) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    var event = Events.read(record);
                    if (inbox.once("benchmark", event, () -> {})) {
                        applied.put(event.id(), System.nanoTime());
                    }
                }
            }
        }
    }
}
