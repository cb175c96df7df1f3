package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.kafka.Events;
import io.meridian.outbox.kafka.UnreadableEventException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;

/** A listener to whom the newest event says everything, and who knows one kind of event. */
class Following {

    private final Inbox inbox;
    private final Effects effects;

    Following(Inbox inbox, Effects effects) {
        this.inbox = inbox;
        this.effects = effects;
    }

    @KafkaListener(id = "following", groupId = "following", topics = Shop.FOLLOWED)
    void on(ConsumerRecord<String, byte[]> record, Acknowledgment ack) {
        var event = Events.read(record, "v1");
        if (!List.of(event.type().split("\\.")).contains("Said")) {
            throw UnreadableEventException.unknownType(event.type());
        }
        inbox.newest("following", event, () -> {
            if (new String(event.payload(), UTF_8).equals("poison")) {
                throw new IllegalArgumentException("poison");
            }
            effects.happen(event.key());
        });
        ack.acknowledge();
    }
}
