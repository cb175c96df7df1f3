package io.meridian.outbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.Change.Appended;
import io.meridian.outbox.relay.Change.Committed;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On messages recorded from a PostgreSQL whose session was in Asia/Kolkata and whose publication also had another table. */
class PgOutputTest {

    private static final String BEGIN = "42000000000153dfb0000303c53ea2dd71000002db";
    private static final String RELATION = "52000040017075626c6963006f7574626f785f6576656e7473006400080169640000000b86ffffffff00"
            + "73657175656e63650000000014ffffffff00746f7069630000000019ffffffff006167677265676174655f69640000000019ffffffff00"
            + "747970650000000019ffffffff007061796c6f61640000000011ffffffff00686561646572730000000edaffffffff00"
            + "6f636375727265645f617400000004a0ffffffff";
    private static final String INSERT = "49000040014e0008740000002430313933326434652d316330302d376162632d386465662d3031323334353637"
            + "3839616274000000013174000000096f72646572732e763174000000056f2dc3a43174000000176f726465722e76312e4f72646572436f6e"
            + "6669726d656474000000085c78303066663130740000002b7b2278223a2022c3bc5c225c6e222c20227472616365706172656e74223a2022"
            + "30302d612d622d3031227d7400000020323032362d31312d32312031343a34333a30302e3132333435362b30353a3330";
    private static final String OTHER_RELATION = "52000040197075626c6963006f746865720064000100610000000017ffffffff";
    private static final String OTHER_INSERT = "49000040194e0001740000000131";
    private static final String EMPTY_INSERT = "49000040014e0008740000002430313933326434652d316330302d376162642d386465662d30313233343536"
            + "373839616274000000013274000000096f72646572732e763174000000036f2d3274000000017474000000025c7874000000027b7d740000"
            + "0019323032362d31312d32312031343a34333a30302b30353a3330";
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
    void payloadInAnotherFormatIsUnreadableInsteadOfWrong() throws Exception {
        decode(RELATION);
        var escaped = INSERT.replace(hex("\\x00ff10"), hex("\\000abcd"));

        assertThat(escaped).isNotEqualTo(INSERT);
        assertThatExceptionOfType(UnreadableLogException.class)
                .isThrownBy(() -> decode(escaped))
                .withMessageContaining("bytea_output");
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
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
