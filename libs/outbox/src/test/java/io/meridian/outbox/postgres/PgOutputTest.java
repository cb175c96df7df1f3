package io.meridian.outbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.EventBytes;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.Change.Appended;
import io.meridian.outbox.relay.Change.Committed;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On messages as PostgreSQL sends them, of a publication that also has another table. */
class PgOutputTest {

    private static final String BEGIN = "42000000000153dfb0000303c53ea2dd71000002db";
    private static final String RELATION = "52000040017075626c6963006f7574626f785f6576656e7473006400080169640000000b86ffffffff00"
            + "73657175656e63650000000014ffffffff00746f7069630000000019ffffffff006167677265676174655f69640000000019ffffffff00"
            + "747970650000000019ffffffff007061796c6f61640000000011ffffffff00686561646572730000000edaffffffff00"
            + "6f636375727265645f617400000004a0ffffffff";
    private static final String INSERT = "49000040014e0008620000001001932d4e1c007abc8def0123456789ab6200000008000000000000000162000000096f72646572732e7631"
            + "62000000056f2dc3a43162000000176f726465722e76312e4f72646572436f6e6669726d6564620000000300ff10620000002c017b227822"
            + "3a2022c3bc5c225c6e222c20227472616365706172656e74223a202230302d612d622d3031227d6200000008000303c4892e6140";
    private static final String OTHER_RELATION = "52000040197075626c6963006f746865720064000100610000000017ffffffff";
    private static final String OTHER_INSERT = "49000040194e000162000000040000001f";
    private static final String EMPTY_INSERT = "49000040014e0008620000001001932d4e1c007abc8def0123456789ab620000000800000000000000026200000001746200000001746200"
            + "0000017462000000006200000003017b7d6200000008000303c4892c7f00";
    private static final String COMMIT = "4300000000000153dfb0000000000153dfe0000303c53ea2dd71";

    private final PgOutput decoder = new PgOutput();

    @Test
    void recordedTransactionIsUnderstood() throws Exception {
        assertThat(decode(BEGIN)).isNull();
        assertThat(decode(RELATION)).isNull();

        var event = appended(INSERT);

        assertThat(event.id()).isEqualTo(UUID.fromString("01932d4e-1c00-7abc-8def-0123456789ab"));
        assertThat(event.topic()).isEqualTo("orders.v1");
        assertThat(event.aggregateId()).isEqualTo("o-ä1");
        assertThat(event.type()).isEqualTo("order.v1.OrderConfirmed");
        assertThat(event.payload()).containsExactly(0x00, 0xff, 0x10);
        assertThat(event.headers()).isEqualTo(Map.of("traceparent", "00-a-b-01", "x", "ü\"\n"));
        assertThat(event.occurredAt()).isEqualTo(Instant.parse("2026-11-21T09:13:00.123456Z"));
        assertThat(decode(COMMIT)).isEqualTo(new Committed(0x153dfe0));
    }

    @Test
    void emptyPayloadAndHeadersAreAnEventToo() throws Exception {
        decode(RELATION);

        var event = appended(EMPTY_INSERT);

        assertThat(event.payload()).isEmpty();
        assertThat(event.headers()).isEmpty();
        assertThat(event.occurredAt()).isEqualTo(Instant.parse("2026-11-21T09:13:00Z"));
    }

    @Test
    void otherTablesConcernNobody() throws Exception {
        decode(OTHER_RELATION);

        assertThat(decode(OTHER_INSERT)).isNull();
    }

    @Test
    void rowOfAnUnannouncedTableIsUnreadable() {
        assertThatExceptionOfType(UnreadableLogException.class)
                .isThrownBy(() -> decode(INSERT))
                .withMessageContaining("announced");
    }

    @Test
    void unknownMessageIsUnreadable() {
        assertThatExceptionOfType(UnreadableLogException.class)
                .isThrownBy(() -> decode("7a00"))
                .withMessageContaining("'z'");
    }

    @Test
    void everyTruncationIsUnreadableAndNothingElse() throws Exception {
        decode(RELATION);
        for (int length = 0; length < INSERT.length(); length += 2) {
            var truncated = INSERT.substring(0, length);
            assertThatExceptionOfType(UnreadableLogException.class).isThrownBy(() -> decode(truncated));
        }
    }

    @Test
    void everyFlippedByteIsUnderstoodOrUnreadableAndNothingElse() throws Exception {
        for (var recorded : new String[] {BEGIN, RELATION, INSERT, COMMIT}) {
            for (int at = 0; at < recorded.length() / 2; at++) {
                var bytes = HexFormat.of().parseHex(recorded);
                bytes[at] ^= (byte) 0xA5;
                var fresh = new PgOutput();
                fresh.decode(ByteBuffer.wrap(HexFormat.of().parseHex(RELATION)));
                try {
                    fresh.decode(ByteBuffer.wrap(bytes));
                } catch (UnreadableLogException expected) {
                    assertThat(expected).hasMessageContaining("expected");
                }
            }
        }
    }

    @Test
    void valueInTextFormatIsUnreadableInsteadOfWrong() throws Exception {
        decode(RELATION);
        var asText = INSERT.replaceFirst("4e000862", "4e000874");

        assertThat(asText).isNotEqualTo(INSERT);
        assertThatExceptionOfType(UnreadableLogException.class)
                .isThrownBy(() -> decode(asText))
                .withMessageContaining("expected id in binary format");
    }

    @Test
    void addedAndReorderedColumnsChangeNothing() throws Exception {
        decode(relation("note", "occurred_at", "headers", "payload", "type", "aggregate_id", "topic", "id"));

        var event = appended(insert(
                "01", "000303c4892c7f00", "017b7d", "ff", text("T"), text("a"), text("topic"), "01932d4e1c007abc8def0123456789ab"));

        assertThat(event.id()).isEqualTo(UUID.fromString("01932d4e-1c00-7abc-8def-0123456789ab"));
        assertThat(event.topic()).isEqualTo("topic");
        assertThat(event.aggregateId()).isEqualTo("a");
        assertThat(event.type()).isEqualTo("T");
        assertThat(event.payload()).containsExactly(0xff);
        assertThat(event.occurredAt()).isEqualTo(Instant.parse("2026-11-21T09:13:00Z"));
    }

    @Test
    void outboxWithoutAColumnAnEventNeedsIsUnreadableWhenItIsAnnounced() {
        assertThatExceptionOfType(UnreadableLogException.class)
                .isThrownBy(() -> decode(relation("id", "topic", "aggregate_id", "kind", "payload", "headers", "occurred_at")))
                .withMessageContaining("expected outbox_events to have a column type, found [id, topic, aggregate_id, kind");
    }

    @Test
    void logicalMessageIsAnEventToo() throws Exception {
        var said = new StoredEvent(
                UUID.fromString("01932d4e-1c00-7abc-8def-0123456789ab"),
                "orders.v1",
                "o-ä1",
                "order.v1.OrderConfirmed",
                new byte[] {0, (byte) 0xff},
                Map.of("x", "ü"),
                Instant.parse("2026-11-21T09:13:00.123456Z"));

        var event = appended(message(EventBytes.PREFIX, EventBytes.write(said)));

        assertThat(event).usingRecursiveComparison().isEqualTo(said);
    }

    @Test
    void messagesOfOthersConcernNobody() throws Exception {
        assertThat(decode(message("meridian.outbox.beat", new byte[0]))).isNull();
        assertThat(decode(message("debezium", new byte[] {1, 2, 3}))).isNull();
    }

    @Test
    void everyTruncationOfALogicalMessageIsUnreadable() throws Exception {
        // But for the payload, which goes to the end of the message and is as long as PostgreSQL says.
        for (int length = 0; length < FULL_EVENT.length - 1; length++) {
            var truncated = message(EventBytes.PREFIX, Arrays.copyOf(FULL_EVENT, length));
            assertThatExceptionOfType(UnreadableLogException.class).isThrownBy(() -> decode(truncated));
        }
    }

    private static final byte[] FULL_EVENT = EventBytes.write(new StoredEvent(
            UUID.fromString("01932d4e-1c00-7abc-8def-0123456789ab"),
            "orders.v1",
            "o-1",
            "OrderConfirmed",
            new byte[] {1},
            Map.of("x", "y"),
            Instant.EPOCH));

    private static String relation(String... columns) {
        var bytes = ByteBuffer.allocate(1_000).put((byte) 'R').putInt(0x4001);
        bytes.put("public\0outbox_events\0d".getBytes(UTF_8)).putShort((short) columns.length);
        for (var column : columns) {
            bytes.put((byte) 0).put((column + "\0").getBytes(UTF_8)).putInt(25).putInt(-1);
        }
        return hex(bytes);
    }

    private static String insert(String... values) {
        var bytes = ByteBuffer.allocate(1_000).put((byte) 'I').putInt(0x4001).put((byte) 'N').putShort((short) values.length);
        for (var value : values) {
            var binary = HexFormat.of().parseHex(value);
            bytes.put((byte) 'b').putInt(binary.length).put(binary);
        }
        return hex(bytes);
    }

    private static String message(String prefix, byte[] content) {
        var bytes = ByteBuffer.allocate(1_000).put((byte) 'M').put((byte) 1).putLong(0x153dfb0);
        bytes.put((prefix + "\0").getBytes(UTF_8)).putInt(content.length).put(content);
        return hex(bytes);
    }

    private static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    private static String hex(ByteBuffer bytes) {
        return HexFormat.of().formatHex(bytes.array(), 0, bytes.position());
    }

    private StoredEvent appended(String hex) throws UnreadableLogException {
        if (decode(hex) instanceof Appended(var event)) {
            return event;
        }
        throw new AssertionError("no event in " + hex);
    }

    private @Nullable Change decode(String hex) throws UnreadableLogException {
        return decoder.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
}
