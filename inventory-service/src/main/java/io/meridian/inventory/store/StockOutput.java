package io.meridian.inventory.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Understands what pgoutput says about the stock: PostgreSQL's documentation, "Logical Replication Message Formats", protocol version 1 with
 * values as text. Remembers the columns of each table as announced on the same stream, so one decoder belongs to one stream.
 */
final class StockOutput {

    /** PostgreSQL counts microseconds from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    /** What a message says. */
    sealed interface Said {

        /** A row of stock is now this, by the names of its columns. */
        record Row(Map<String, String> columns) implements Said {}

        /** A row came or went, or all did. */
        record Rows() implements Said {}

        /** What was said since the last of these is committed. */
        record Committed(long position, Instant at) implements Said {}
    }

    private final Map<Integer, List<String>> columns = new HashMap<>();

    /**
     * What a message says.
     *
     * @return null if it concerns nobody but this decoder
     * @throws IllegalArgumentException if it is not what pgoutput says
     */
    @Nullable Said decode(ByteBuffer message) {
        try {
            char kind = (char) message.get();
            return switch (kind) {
                case 'R' -> {
                    relation(message);
                    yield null;
                }
                case 'U' -> update(message);
                case 'I', 'D', 'T' -> new Said.Rows();
                case 'C' -> commit(message);
                // Begin, Origin, Type, logical Message.
                case 'B', 'O', 'Y', 'M' -> null;
                default -> throw new IllegalArgumentException("expected a pgoutput message, found type '" + kind + "'");
            };
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("expected a whole pgoutput message, found " + message, cut);
        }
    }

    private static Said commit(ByteBuffer message) {
        message.get(); // flags, unused
        message.getLong(); // where the commit record starts
        long end = message.getLong();
        return new Said.Committed(end, EPOCH.plus(message.getLong(), ChronoUnit.MICROS));
    }

    private void relation(ByteBuffer message) {
        int id = message.getInt();
        text(message); // schema
        text(message); // table
        message.get(); // replica identity
        int count = message.getShort();
        var names = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            message.get(); // flags
            names.add(text(message));
            message.getInt(); // type
            message.getInt(); // type modifier
        }
        columns.put(id, List.copyOf(names));
    }

    private Said update(ByteBuffer message) {
        int id = message.getInt();
        var names = columns.get(id);
        if (names == null) {
            throw new IllegalArgumentException("expected a row of an announced table, found relation " + id);
        }
        // 'K' or 'O': the key was changed, and the old row comes first. Names of products do not change.
        if (message.get() != 'N') {
            return new Said.Rows();
        }
        int count = message.getShort();
        var row = HashMap.<String, String>newHashMap(count);
        for (int i = 0; i < count; i++) {
            if (message.get() == 't') {
                row.put(names.get(i), text(message, message.getInt()));
            }
        }
        return new Said.Row(row);
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
