package io.meridian.outbox.hearing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.Carrier;
import io.meridian.outbox.Delivery;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** One record in hand. */
final class Task {

    final ConsumerRecord<?, ?> record;
    final PartitionSession session;
    final Carrier.@Nullable Load load;
    final AtomicBoolean acknowledged = new AtomicBoolean();
    volatile boolean cancelled;
    volatile Delivery delivery = new Delivery();
    // Below: guarded by the lock of the hearing.
    @Nullable Thread worker;
    long begunNanos;
    /** It has been accounted for. */
    boolean ended;

    Task(ConsumerRecord<?, ?> record, PartitionSession session, Carrier.@Nullable Load load) {
        this.record = record;
        this.session = session;
        this.load = load;
    }

    /** Its {@code ce_type}; empty if it has none. */
    String type() {
        var header = record.headers().lastHeader("ce_type");
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    String name() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
