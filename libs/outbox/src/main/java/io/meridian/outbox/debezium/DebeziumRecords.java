package io.meridian.outbox.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.EventBytes;
import io.meridian.outbox.jdbc.HeaderJson;
import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.relay.Change;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands what Debezium's connector for PostgreSQL says, as far as the outbox needs it. */
final class DebeziumRecords {

    private static final Logger log = LoggerFactory.getLogger(DebeziumRecords.class);

    private static final String TABLE = "outbox_events";

    private static final Comparator<UUID> BY_AGE = Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private @Nullable UUID repeatFrom;
    private long position;

    /** What a record says; null if it concerns nobody here. */
    @Nullable Change read(SourceRecord record) {
        if (!(record.value() instanceof Struct value) || value.schema().field("op") == null) {
            return null;
        }
        var source = value.getStruct("source");
        var lsn = source.getInt64("lsn");
        position = Math.max(position, lsn == null ? 0 : lsn);
        return switch (value.getString("op")) {
            case "c" -> TABLE.equals(source.getString("table")) ? new Change.Appended(row(value.getStruct("after"))) : null;
            case "m" -> message(value.getStruct("message"));
            default -> null;
        };
    }

    /** The highest position of all records so far. */
    long position() {
        return position;
    }

    /** The earliest event from which anybody has asked for a repetition since this was called last; null if nobody has. */
    synchronized @Nullable UUID takeRepetition() {
        var taken = repeatFrom;
        repeatFrom = null;
        return taken;
    }

    private static StoredEvent row(Struct row) {
        return new StoredEvent(
                UUID.fromString(row.getString("id")),
                row.getString("topic"),
                row.getString("aggregate_id"),
                row.getString("type"),
                bytes(row.get("payload")),
                HeaderJson.read(row.getString("headers")),
                OffsetDateTime.parse(row.getString("occurred_at")).toInstant());
    }

    private @Nullable Change message(Struct message) {
        var content = bytes(message.get("content"));
        return switch (message.getString("prefix")) {
            case EventBytes.PREFIX -> new Change.Appended(EventBytes.read(ByteBuffer.wrap(content)));
            case Repetition.PREFIX -> {
                ask(new String(content, UTF_8));
                yield null;
            }
            default -> null;
        };
    }

    private synchronized void ask(String from) {
        try {
            var event = UUID.fromString(from);
            repeatFrom = repeatFrom == null || BY_AGE.compare(event, repeatFrom) < 0 ? event : repeatFrom;
        } catch (IllegalArgumentException e) {
            log.warn("Passing over a wish for repetition: expected an event's id, found \"{}\"", from);
        }
    }

    private static byte[] bytes(Object value) {
        return switch (value) {
            case byte[] array -> array;
            case ByteBuffer buffer -> {
                var copy = new byte[buffer.remaining()];
                buffer.duplicate().get(copy);
                yield copy;
            }
            default -> throw new IllegalArgumentException("expected bytes, found " + value.getClass());
        };
    }
}
