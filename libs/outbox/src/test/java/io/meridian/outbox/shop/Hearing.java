package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.Events;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;

/** A listener as services write it, whose effect fails as the event's words say. */
class Hearing {

    static final String GROUP = "shop-under-test";

    private final Inbox inbox;
    private final Effects effects;
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    volatile boolean wasOnVirtualThread;

    Hearing(Inbox inbox, Effects effects) {
        this.inbox = inbox;
        this.effects = effects;
    }

    int attempts(String key) {
        return attempts.getOrDefault(key, new AtomicInteger()).get();
    }

    @KafkaListener(id = "hearing", groupId = GROUP, topics = Shop.HEARD)
    void on(ConsumerRecord<String, byte[]> record, Acknowledgment ack) {
        wasOnVirtualThread = Thread.currentThread().isVirtual();
        int attempt = attempts.computeIfAbsent(String.valueOf(record.key()), _ -> new AtomicInteger())
                .incrementAndGet();
        var event = Events.read(record);
        var words = new String(event.payload(), UTF_8);
        inbox.once("hearing", event, () -> {
            effects.happen(event.key());
            switch (words) {
                case "poison" -> throw new IllegalArgumentException("quantity must be positive, was -1");
                case "deadlock twice" -> {
                    if (attempt <= 2) {
                        throw new CannotAcquireLockException("deadlock detected");
                    }
                }
                default -> {}
            }
        });
        if (words.equals("crash before ack") && attempt == 1) {
            throw new IllegalStateException("crashed");
        }
        ack.acknowledge();
    }
}
