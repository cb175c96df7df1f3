package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Outbox;
import java.util.UUID;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the shop says, each in a transaction of its own. */
final class Sayings {

    private final Outbox outbox;
    private final TransactionTemplate transaction;

    Sayings(Outbox outbox, PlatformTransactionManager transactions) {
        this.outbox = outbox;
        this.transaction = new TransactionTemplate(transactions);
    }

    UUID say(String aggregateId, String words) {
        return say(Shop.SAID, aggregateId, words);
    }

    UUID say(String topic, String aggregateId, String words) {
        return transaction.execute(_ -> outbox.append(event(topic, aggregateId, words)));
    }

    void sayAndRollBack(String aggregateId, String words) {
        transaction.executeWithoutResult(status -> {
            outbox.append(event(Shop.SAID, aggregateId, words));
            status.setRollbackOnly();
        });
    }

    static OutgoingEvent event(String topic, String aggregateId, String words) {
        return new OutgoingEvent(topic, aggregateId, "shop.v1.Said", words.getBytes(UTF_8));
    }
}
