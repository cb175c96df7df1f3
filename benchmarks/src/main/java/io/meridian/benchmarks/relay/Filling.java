package io.meridian.benchmarks.relay;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.EventBytes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/** Writes a backlog: events of 200 bytes with a traceparent, of a thousand aggregates, each in a transaction of its own. */
final class Filling {

    private static final int PAYLOAD_BYTES = 200;
    private static final Map<String, String> HEADERS =
            Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private static final String TABLE = """
            DO $$
            DECLARE
                body BYTEA := decode(repeat('ab', %d), 'hex');
            BEGIN
                FOR i IN 1..%d LOOP
                    INSERT INTO outbox_events (id, topic, aggregate_id, type, payload, headers, occurred_at)
                    VALUES (gen_random_uuid(), '%s', 'order-' || i %% 1000, 'order.v1.OrderConfirmed', body,
                            '{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}', clock_timestamp());
                    COMMIT;
                END LOOP;
            END $$
            """;

    private static final String MESSAGES = """
            DO $$
            DECLARE
                content BYTEA := decode('%s', 'hex');
            BEGIN
                FOR i IN 1..%d LOOP
                    PERFORM pg_logical_emit_message(true, '%s', content);
                    COMMIT;
                END LOOP;
            END $$
            """;

    private Filling() {}

    static void table(Stage stage, int events) {
        run(stage, TABLE.formatted(PAYLOAD_BYTES, events, Stage.TOPIC));
    }

    static void messages(Stage stage, int events) {
        var event = new StoredEvent(
                new UUID(1, 1),
                Stage.TOPIC,
                "order-1",
                "order.v1.OrderConfirmed",
                new byte[PAYLOAD_BYTES],
                HEADERS,
                Instant.now());
        run(stage, MESSAGES.formatted(HexFormat.of().formatHex(EventBytes.write(event)), events, EventBytes.PREFIX));
    }

    /** Without waiting for the disk at each commit: it is the reading that is measured. */
    private static void run(Stage stage, String sql) {
        try (var connection = stage.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            statement.execute(sql);
            statement.execute("SET synchronous_commit = on");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
