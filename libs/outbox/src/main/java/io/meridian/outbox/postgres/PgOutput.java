package io.meridian.outbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.HeaderJson;
import io.meridian.outbox.relay.Change;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Understands what pgoutput says, as far as the outbox needs it: PostgreSQL's documentation, "Logical Replication Message Formats",
 * protocol version 1 with values as text.
 *
 * <p>Remembers the columns of each table as announced on the same stream, so one decoder belongs to one stream. Columns are found by
 * name: added ones are ignored.
 */
final class PgOutput {

    private static final String TABLE = "outbox_events";

    private static final DateTimeFormatter TIMESTAMPTZ = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm:ss", "+00")
            .toFormatter();

    private record Table(String name, List<String> columns) {}

    private final Map<Integer, Table> tables = new HashMap<>();

    /**
     * What a message says.
     *
     * @return null if it concerns nobody but this decoder
     * @throws UnreadableLogException if it is not what pgoutput says
     */
    @Nullable Change decode(ByteBuffer message) throws UnreadableLogException {
        try {
            char kind = (char) message.get();
            return switch (kind) {
                case 'R' -> {
                    relation(message);
                    yield null;
                }
                case 'I' -> insert(message);
                case 'C' -> commit(message);
                // Begin, Origin, Type, logical Message; and Update, Delete, Truncate, which the publication leaves out.
                case 'B', 'O', 'Y', 'M', 'U', 'D', 'T' -> null;
                default -> throw new UnreadableLogException("expected a pgoutput message, found type '" + kind + "'");
            };
        } catch (BufferUnderflowException e) {
            throw new UnreadableLogException("expected a whole pgoutput message, found " + message, e);
        } catch (RuntimeException e) {
            throw new UnreadableLogException("expected an outbox event as text, found " + e.getMessage(), e);
        }
    }

    private static Change commit(ByteBuffer message) {
        message.get(); // flags, unused
        message.getLong(); // where the commit record starts
        return new Change.Committed(message.getLong()); // where it ends: confirming this means not to see it again
    }

    private void relation(ByteBuffer message) {
        int id = message.getInt();
        text(message); // schema
        var name = text(message);
        message.get(); // replica identity
        int count = message.getShort();
        var columns = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            message.get(); // flags
            columns.add(text(message));
            message.getInt(); // type
            message.getInt(); // type modifier
        }
        tables.put(id, new Table(name, List.copyOf(columns)));
    }

    private @Nullable Change insert(ByteBuffer message) throws UnreadableLogException {
        int id = message.getInt();
        var table = tables.get(id);
        if (table == null) {
            throw new UnreadableLogException("expected a row of an announced table, found relation " + id);
        }
        if (!table.name.equals(TABLE)) {
            return null;
        }
        message.get(); // 'N': a new row follows
        return new Change.Appended(event(row(table, message)));
    }

    private static Map<String, String> row(Table table, ByteBuffer message) throws UnreadableLogException {
        int count = message.getShort();
        var row = HashMap.<String, String>newHashMap(count);
        for (int i = 0; i < count; i++) {
            char kind = (char) message.get();
            switch (kind) {
                case 'n' -> {}
                case 't' -> row.put(table.columns.get(i), text(message, message.getInt()));
                default ->
                    throw new UnreadableLogException(
                            "expected %s as text, found '%s'".formatted(table.columns.get(i), kind));
            }
        }
        return row;
    }

    private static StoredEvent event(Map<String, String> row) throws UnreadableLogException {
        return new StoredEvent(
                UUID.fromString(value(row, "id")),
                value(row, "topic"),
                value(row, "aggregate_id"),
                value(row, "type"),
                bytea(value(row, "payload")),
                HeaderJson.read(value(row, "headers")),
                timestamp(value(row, "occurred_at")));
    }

    private static String value(Map<String, String> row, String column) throws UnreadableLogException {
        var value = row.get(column);
        if (value == null) {
            throw new UnreadableLogException("expected a column " + column + ", found " + row.keySet());
        }
        return value;
    }

    private static byte[] bytea(String text) throws UnreadableLogException {
        if (!text.startsWith("\\x")) {
            throw new UnreadableLogException("expected a payload in hexadecimal (bytea_output = hex), found another format");
        }
        return HexFormat.of().parseHex(text, 2, text.length());
    }

    private static Instant timestamp(String text) {
        return OffsetDateTime.parse(text, TIMESTAMPTZ).toInstant();
    }

    private static String text(ByteBuffer message) {
        int start = message.position();
        while (message.get() != 0) {}
        int length = message.position() - start - 1;
        message.position(start);
        var text = text(message, length);
        message.get();
        return text;
    }

    private static String text(ByteBuffer message, int length) {
        if (length < 0 || length > message.remaining()) {
            throw new BufferUnderflowException();
        }
        var bytes = new byte[length];
        message.get(bytes);
        return new String(bytes, UTF_8);
    }
}
