package io.meridian.outbox;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a service is about to announce: becomes true, and public, with the transaction it is appended to.
 *
 * @param topic where it is published
 * @param aggregateId what it is about; events of one aggregate are published in the order in which they were committed
 * @param type the CloudEvents type, such as {@code order.v1.OrderConfirmed}
 * @param payload the body, published byte for byte; not copied, so it is not to be changed afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // a payload is carried, never compared
public record OutgoingEvent(String topic, String aggregateId, String type, byte[] payload) {

    /** What Kafka accepts as a topic's name: anything else would stop the relay instead of its author. */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    public OutgoingEvent {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException("topic must match %s, was \"%s\"".formatted(TOPIC, topic));
        }
        requireText("aggregateId", aggregateId);
        requireText("type", type);
        Objects.requireNonNull(payload, "payload");
    }

    private static void requireText(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
    }
}
