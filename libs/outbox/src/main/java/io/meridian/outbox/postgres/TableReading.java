package io.meridian.outbox.postgres;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.HeaderJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of the table from one on, in the order of appending, on a connection of its own and a few at a time. */
final class TableReading implements AutoCloseable {

    private static final int FETCH_SIZE = 100;

    private static final String EVENTS = """
            SELECT id, topic, aggregate_id, type, payload, headers, occurred_at
            FROM outbox_events
            WHERE id >= ?
            ORDER BY sequence
            """;

    private final Connection connection;
    private final PreparedStatement query;
    private final ResultSet rows;

    TableReading(Connection connection, UUID from) throws SQLException {
        this.connection = connection;
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            this.query = connection.prepareStatement(EVENTS);
            query.setObject(1, from);
            query.setFetchSize(FETCH_SIZE);
            this.rows = query.executeQuery();
        } catch (SQLException e) {
            OutboxSlot.abandon(connection);
            throw e;
        }
    }

    /** The next event, or null after the last. */
    @Nullable StoredEvent next() throws SQLException {
        if (!rows.next()) {
            return null;
        }
        return new StoredEvent(
                rows.getObject("id", UUID.class),
                rows.getString("topic"),
                rows.getString("aggregate_id"),
                rows.getString("type"),
                rows.getBytes("payload"),
                HeaderJson.read(rows.getString("headers")),
                rows.getObject("occurred_at", OffsetDateTime.class).toInstant());
    }

    @Override
    public void close() {
        OutboxSlot.abandon(connection);
    }
}
