package io.meridian.simulation.schedule;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.kafka.KafkaPublisher;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.database.Transaction;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.log.Consumer;
import io.meridian.simulation.log.Producers;
import io.meridian.simulation.relay.RelayLoop;
import io.meridian.simulation.relay.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** One life of a process, from its start to its death: what every service has, put together as its wiring does. */
class Process {

    final Platform platform;
    final Node node;
    final Connections connections;
    final PlatformTransactionManager transactions;
    final Outbox outbox;
    final Inbox inbox;
    private final Slot slot;
    private final String service;

    Process(Platform platform, Node node, String service, Database database, Slot slot) {
        this.platform = platform;
        this.node = node;
        this.service = service;
        this.slot = slot;
        this.connections = new Connections(database, node, new Noting(platform));
        this.transactions = new JdbcTransactionManager(connections);
        this.outbox = new Outbox(
                connections, List.of(), node.clock(), platform.world().dice().split(), Settings.MAX_EVENT, () -> {});
        this.inbox = new Inbox(
                JdbcClient.create(connections), transactions, node.clock(), List.of(platform.ledger()));
    }

    /** Notes which record an event was appended for. */
    private record Noting(Platform platform) implements Connections.Ports {

        @Override
        public boolean hear(
                Transaction transaction, Database database, Node node, Database.Hearing hearing, Instant at) {
            return platform.plant().ports().hear(transaction, database, node, hearing, at);
        }

        @Override
        public boolean isNewest(Transaction transaction, Database database, Database.Subject subject, long number) {
            return platform.plant().ports().isNewest(transaction, database, subject, number);
        }

        @Override
        public void append(Transaction transaction, Database database, StoredEvent event) {
            var cause = platform.ledger().cause();
            if (cause != null) {
                platform.causes().put(event.id(), cause.toString());
            }
            platform.plant().ports().append(transaction, database, event);
        }
    }

    /** Publishes what the service says. */
    void relay() {
        var world = platform.world();
        var producers = new Producers(world, platform.broker(), node);
        var publisher = new KafkaPublisher(producers::open, () -> {}, service);
        var loop = new RelayLoop(
                world,
                node,
                slot.from(node),
                platform.plant().publisher(publisher),
                Settings.RELAY,
                connections.database().commits(),
                _ -> {},
                () -> {});
        world.start(node, "relay", loop::run);
    }

    /** Listens to a topic. */
    void consume(String name, String topic, Consumer.Listener listener) {
        var planted = platform.plant().listener(name, listener);
        Consumer.Listener noted = (record, acknowledgment) -> {
            var cause = new Ledger.Cause(name, eventId(record.headers().lastHeader("ce_id")));
            platform.world().setNote(cause);
            try {
                planted.on(record, acknowledgment);
                platform.ledger().account(cause);
            } finally {
                platform.world().setNote(null);
            }
        };
        var consumer = new Consumer(
                platform.world(),
                platform.broker(),
                node,
                name,
                service,
                topic,
                noted,
                Settings.RETRIES,
                platform.ledger(),
                platform.plant().consumer(name));
        platform.world().start(node, name, consumer::run);
    }

    private static String eventId(@Nullable Header header) {
        return header == null ? "?" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Does {@code work} again and again, as a scheduler with a fixed delay; what it throws ends one turn and not the next. */
    void every(Duration delay, String name, Runnable work) {
        platform.world().start(node, name, () -> {
            platform.world().sleep(platform.world().dice().between(0, delay.toNanos()));
            while (true) {
                try {
                    work.run();
                } catch (RuntimeException fault) {
                    platform.ledger().judge(node.name() + "/" + name, fault);
                }
                platform.world().sleep(delay.toNanos());
            }
        });
    }
}
