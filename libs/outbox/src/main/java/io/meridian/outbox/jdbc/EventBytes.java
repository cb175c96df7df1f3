package io.meridian.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.StoredEvent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * An event as the content of a logical message of the write-ahead log.
 *
 * <p>One byte of version, then id (two longs), microseconds since 1970 (a long), topic, aggregate id, type and headers in JSON (each an
 * int of length and as many bytes of UTF-8), then the payload to the end; big-endian.
 */
public final class EventBytes {

    /** The prefix of the messages that are events; others in the same log are not ours. */
    public static final String PREFIX = "meridian.outbox.event";

    private static final byte VERSION = 1;

    private EventBytes() {}

    /** The event as bytes. */
    public static byte[] write(StoredEvent event) {
        var topic = event.topic().getBytes(UTF_8);
        var aggregateId = event.aggregateId().getBytes(UTF_8);
        var type = event.type().getBytes(UTF_8);
        var headers = HeaderJson.write(event.headers()).getBytes(UTF_8);
        int texts = 4 * Integer.BYTES + topic.length + aggregateId.length + type.length + headers.length;
        var bytes = ByteBuffer.allocate(1 + 3 * Long.BYTES + texts + event.payload().length);
        bytes.put(VERSION);
        bytes.putLong(event.id().getMostSignificantBits());
        bytes.putLong(event.id().getLeastSignificantBits());
        bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, event.occurredAt()));
        bytes.putInt(topic.length).put(topic);
        bytes.putInt(aggregateId.length).put(aggregateId);
        bytes.putInt(type.length).put(type);
        bytes.putInt(headers.length).put(headers);
        bytes.put(event.payload());
        return bytes.array();
    }

    /**
     * The event in {@code bytes}, which are read to their end.
     *
     * @throws IllegalArgumentException if they are of another version, or no event
     */
    public static StoredEvent read(ByteBuffer bytes) {
        try {
            byte version = bytes.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("expected an event of version " + VERSION + ", found version " + version);
            }
            var id = new UUID(bytes.getLong(), bytes.getLong());
            var occurredAt = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
            var topic = text(bytes);
            var aggregateId = text(bytes);
            var type = text(bytes);
            var headers = HeaderJson.read(text(bytes));
            var payload = new byte[bytes.remaining()];
            bytes.get(payload);
            return new StoredEvent(id, topic, aggregateId, type, payload, headers, occurredAt);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("expected a whole event, found one that is cut off", e);
        }
    }

    private static String text(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        var text = new byte[length];
        bytes.get(text);
        return new String(text, UTF_8);
    }
}
