package io.meridian.outbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.EventBytes;
import io.meridian.outbox.jdbc.HeaderJson;
import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.relay.Change;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Understands what pgoutput says, as far as the outbox needs it: PostgreSQL's documentation, "Logical Replication Message Formats",
 * protocol version 1 with logical messages, and values in the types' binary formats.
 *
 * <p>Remembers the columns of each table as announced on the same stream, so one decoder belongs to one stream. Columns are found by
 * name: their order does not matter, and added ones are ignored. A table without one of those an event needs is unreadable.
 */
final class PgOutput {

    private static final Logger log = LoggerFactory.getLogger(PgOutput.class);

    private static final String TABLE = "outbox_events";

    /** PostgreSQL's timestamps count from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final byte JSONB_VERSION = 1;

    /** The columns an event is made of. */
    private enum Column {
        ID,
        TOPIC,
        AGGREGATE_ID,
        TYPE,
        PAYLOAD,
        HEADERS,
        OCCURRED_AT;

        private static final Column[] ALL = values();

        static @Nullable Column named(String name) {
            return Arrays.stream(ALL)
                    .filter(it -> it.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A table as it was announced.
     *
     * @param columns for each of its columns what it is to an event; null if nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Table(String name, List<String> names, @Nullable Column[] columns) {}

    private final Map<Integer, Table> tables = new HashMap<>();
    private @Nullable UUID repeatFrom;

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
                case 'M' -> logicalMessage(message);
                case 'C' -> commit(message);
                // Begin, Origin, Type; and Update, Delete, Truncate, which the publication leaves out.
                case 'B', 'O', 'Y', 'U', 'D', 'T' -> null;
                default -> throw new UnreadableLogException("expected a pgoutput message, found type '" + kind + "'");
            };
        } catch (BufferUnderflowException e) {
            throw new UnreadableLogException("expected a whole pgoutput message, found " + message, e);
        } catch (RuntimeException e) {
            throw new UnreadableLogException("expected an outbox event, found " + e.getMessage(), e);
        }
    }

    private static Change commit(ByteBuffer message) {
        message.get(); // flags, unused
        message.getLong(); // where the commit record starts
        return new Change.Committed(message.getLong()); // where it ends: confirming this means not to see it again
    }

    /** Transactional ones come inside their transaction, as rows do. */
    private @Nullable Change logicalMessage(ByteBuffer message) {
        message.get(); // flags: whether it is transactional
        message.getLong(); // its position
        var prefix = text(message);
        var content = slice(message, message.getInt());
        return switch (prefix) {
            case EventBytes.PREFIX -> new Change.Appended(EventBytes.read(content));
            case Repetition.PREFIX -> {
                askForRepetition(rest(content));
                yield null;
            }
            default -> null; // somebody else's
        };
    }

    /** What nobody can understand is passed over: it would stop the relay for good, and nothing depends on it. */
    private void askForRepetition(String from) {
        try {
            var id = UUID.fromString(from);
            repeatFrom = repeatFrom == null || id.compareTo(repeatFrom) < 0 ? id : repeatFrom;
        } catch (IllegalArgumentException e) {
            log.warn("Passing over a wish for repetition: expected an event's id, found \"{}\"", from);
        }
    }

    /** From which event on the transaction that ended last asks for a repetition; null if it does not, or was asked before. */
    @Nullable UUID takeRepetition() {
        var taken = repeatFrom;
        repeatFrom = null;
        return taken;
    }

    private void relation(ByteBuffer message) throws UnreadableLogException {
        int id = message.getInt();
        text(message); // schema
        var name = text(message);
        message.get(); // replica identity
        int count = message.getShort();
        var names = new ArrayList<String>(count);
        @Nullable Column[] columns = new @Nullable Column[count];
        for (int i = 0; i < count; i++) {
            message.get(); // flags
            names.add(text(message));
            columns[i] = Column.named(names.getLast());
            message.getInt(); // type
            message.getInt(); // type modifier
        }
        if (name.equals(TABLE)) {
            requireAll(columns, names);
        }
        tables.put(id, new Table(name, List.copyOf(names), columns));
    }

    private static void requireAll(@Nullable Column[] found, List<String> names) throws UnreadableLogException {
        for (var column : Column.ALL) {
            if (Arrays.stream(found).noneMatch(it -> it == column)) {
                throw new UnreadableLogException("expected %s to have a column %s, found %s"
                        .formatted(TABLE, column.name().toLowerCase(Locale.ROOT), names));
            }
        }
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

    /** The values by {@link Column}; null where there is none. */
    private static @Nullable ByteBuffer[] row(Table table, ByteBuffer message) throws UnreadableLogException {
        var row = new @Nullable ByteBuffer[Column.ALL.length];
        int count = message.getShort();
        for (int i = 0; i < count; i++) {
            char kind = (char) message.get();
            switch (kind) {
                case 'n' -> {}
                case 'b' -> {
                    var value = slice(message, message.getInt());
                    var column = table.columns[i];
                    if (column != null) {
                        row[column.ordinal()] = value;
                    }
                }
                default ->
                    throw new UnreadableLogException(
                            "expected %s in binary format, found '%s'".formatted(table.names.get(i), kind));
            }
        }
        return row;
    }

    private static StoredEvent event(@Nullable ByteBuffer[] row) throws UnreadableLogException {
        var id = value(row, Column.ID);
        return new StoredEvent(
                new UUID(id.getLong(), id.getLong()),
                rest(value(row, Column.TOPIC)),
                rest(value(row, Column.AGGREGATE_ID)),
                rest(value(row, Column.TYPE)),
                bytes(value(row, Column.PAYLOAD)),
                headers(value(row, Column.HEADERS)),
                EPOCH.plus(value(row, Column.OCCURRED_AT).getLong(), ChronoUnit.MICROS));
    }

    private static ByteBuffer value(@Nullable ByteBuffer[] row, Column column) throws UnreadableLogException {
        var value = row[column.ordinal()];
        if (value == null) {
            throw new UnreadableLogException("expected a value of " + column + ", found none");
        }
        return value;
    }

    private static Map<String, String> headers(ByteBuffer jsonb) throws UnreadableLogException {
        byte version = jsonb.get();
        if (version != JSONB_VERSION) {
            throw new UnreadableLogException("expected headers as jsonb of version 1, found version " + version);
        }
        return HeaderJson.read(rest(jsonb));
    }

    private static String text(ByteBuffer message) {
        int start = message.position();
        while (message.get() != 0) {}
        int length = message.position() - start - 1;
        message.position(start);
        var text = rest(slice(message, length));
        message.get();
        return text;
    }

    private static ByteBuffer slice(ByteBuffer message, int length) {
        if (length < 0 || length > message.remaining()) {
            throw new BufferUnderflowException();
        }
        var slice = message.slice(message.position(), length);
        message.position(message.position() + length);
        return slice;
    }

    private static String rest(ByteBuffer value) {
        return new String(bytes(value), UTF_8);
    }

    private static byte[] bytes(ByteBuffer value) {
        var bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }
}
