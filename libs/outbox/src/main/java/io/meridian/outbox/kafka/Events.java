package io.meridian.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.StoredEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Events as Kafka records: CloudEvents 1.0, Kafka protocol binding, binary content mode. */
public final class Events {

    static final String ID = "ce_id";
    static final String TYPE = "ce_type";
    static final String SOURCE = "ce_source";
    static final String TIME = "ce_time";
    static final String SPEC_VERSION = "ce_specversion";

    private Events() {}

    /**
     * The event in a record.
     *
     * @throws UnreadableEventException if the key, the value or one of {@code ce_id}, {@code ce_type}, {@code ce_source} and
     *     {@code ce_time} is missing or malformed; if there is a {@code ce_sequence} that is no positive number; if it is of another
     *     version of CloudEvents than 1
     */
    public static IncomingEvent read(ConsumerRecord<String, byte[]> record) {
        if (record.key() != null && record.value() == null) {
            throw new UnreadableEventException(
                    ParkedReason.TOMBSTONE, name(record) + " has a key and no value, which means nothing here", null);
        }
        var headers = headers(record.headers());
        requireVersion(record, headers.getOrDefault(SPEC_VERSION, "1.0"));
        var event = new IncomingEvent(
                required(record, headers, ID),
                required(record, headers, TYPE),
                required(record, headers, SOURCE),
                time(record, required(record, headers, TIME)),
                present(record, "key", record.key()),
                present(record, "value", record.value()),
                headers);
        requireSequence(record, event);
        return event;
    }

    /**
     * The event in a record, of a version its listener knows.
     *
     * @param version what stands between the name and the kind in {@code ce_type}, such as {@code v1} in
     *     {@code order.v1.OrderConfirmed}
     * @throws UnreadableEventException as for {@link #read(ConsumerRecord)}, and if the event is of another version
     */
    public static IncomingEvent read(ConsumerRecord<String, byte[]> record, String version) {
        var event = read(record);
        if (!List.of(event.type().split("\\.", -1)).contains(version)) {
            throw UnreadableEventException.unknownVersion(
                    "%s: expected an event of version %s, found the type \"%s\"".formatted(name(record), version, event.type()));
        }
        return event;
    }

    private static void requireVersion(ConsumerRecord<?, ?> record, String version) {
        if (!version.startsWith("1.")) {
            throw UnreadableEventException.unknownVersion(
                    "%s: expected %s 1.x, found \"%s\"".formatted(name(record), SPEC_VERSION, version));
        }
    }

    private static void requireSequence(ConsumerRecord<?, ?> record, IncomingEvent event) {
        try {
            var _ = event.sequence();
        } catch (IllegalArgumentException e) {
            throw unreadable(record, e.getMessage());
        }
    }

    static ProducerRecord<String, byte[]> write(StoredEvent event, String source) {
        var record = new ProducerRecord<>(event.topic(), event.aggregateId(), event.payload());
        event.headers().forEach((name, value) -> add(record, name, value));
        add(record, ID, event.id().toString());
        add(record, TYPE, event.type());
        add(record, SOURCE, source);
        add(record, TIME, event.occurredAt().toString());
        add(record, SPEC_VERSION, "1.0");
        return record;
    }

    private static void add(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(UTF_8));
    }

    private static Map<String, String> headers(Headers headers) {
        var texts = new LinkedHashMap<String, String>();
        for (Header header : headers) {
            if (header.value() != null) {
                texts.put(header.key(), new String(header.value(), UTF_8));
            }
        }
        return texts;
    }

    private static String required(ConsumerRecord<?, ?> record, Map<String, String> headers, String name) {
        var value = headers.get(name);
        if (value == null || value.isBlank()) {
            throw unreadable(record, "expected a header " + name + ", found headers " + headers.keySet());
        }
        return value;
    }

    private static Instant time(ConsumerRecord<?, ?> record, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw unreadable(record, "expected an RFC 3339 time in " + TIME + ", found \"" + text + "\"");
        }
    }

    private static <T> T present(ConsumerRecord<?, ?> record, String what, @Nullable T value) {
        if (value == null) {
            throw unreadable(record, "expected a " + what + ", found none");
        }
        return value;
    }

    private static UnreadableEventException unreadable(ConsumerRecord<?, ?> record, @Nullable String reason) {
        return new UnreadableEventException(name(record) + " is no event: " + reason);
    }

    private static String name(ConsumerRecord<?, ?> record) {
        return "record %s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }
}
