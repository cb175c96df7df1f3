package io.meridian.payment.events;

import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;

/** The topics this service speaks and listens on. */
public final class Topics {

    /** What happened to the money of an order. */
    static final String PAYMENTS = "payments.v1";

    /** How orders end; the order service declares it. */
    static final String ORDERS = "orders.v1";

    /** Orders that can be worked on at once; all events of one order stay in one partition, in order. */
    private static final int PARTITIONS = 6;

    private Topics() {}

    /** What this service speaks on, and where the records go that it cannot read; copies as the broker's defaults say. */
    public static NewTopics declared() {
        return new NewTopics(
                TopicBuilder.name(PAYMENTS).partitions(PARTITIONS).build(),
                TopicBuilder.name(ORDERS + ".dlt").partitions(PARTITIONS).build());
    }
}
