package io.meridian.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.StoredEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {

    private final StoredEvent event = new StoredEvent(
            UUID.fromString("01932d4e-1c00-7abc-8def-0123456789ab"),
            "orders.v1",
            "o-1",
            "order.v1.OrderConfirmed",
            new byte[] {0, 1, (byte) 0xff},
            Map.of("traceparent", "00-a-b-01", "ce_id", "forged"),
            Instant.parse("2026-11-21T09:13:00.123456Z"));

    @Test
    void whatIsWrittenIsRead() {
        var read = Events.read(received(Events.write(event, "order-service")));

        assertThat(read.id()).isEqualTo(event.id().toString());
        assertThat(read.type()).isEqualTo(event.type());
        assertThat(read.source()).isEqualTo("order-service");
        assertThat(read.time()).isEqualTo(event.occurredAt());
        assertThat(read.key()).isEqualTo("o-1");
        assertThat(read.payload()).isEqualTo(event.payload());
        assertThat(read.headers()).containsEntry("traceparent", "00-a-b-01").containsEntry("ce_specversion", "1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_id", "ce_type", "ce_source", "ce_time"})
    void missingAndBlankHeadersAreUnreadableByName(String name) {
        var missing = received(Events.write(event, "order-service"));
        missing.headers().remove(name);
        var blank = received(Events.write(event, "order-service"));
        blank.headers().remove(name).add(name, new byte[] {' '});

        for (var record : List.of(missing, blank)) {
            assertThatExceptionOfType(UnreadableEventException.class)
                    .isThrownBy(() -> Events.read(record))
                    .withMessageContaining(name)
                    .withMessageContaining("orders.v1-3@42");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11-21", "1763716380", "2026-11-21T09:13:00"})
    void malformedTimeIsUnreadable(String time) {
        var record = received(Events.write(event, "order-service"));
        record.headers().remove("ce_time").add("ce_time", time.getBytes(UTF_8));

        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> Events.read(record))
                .withMessageContaining(time);
    }

    @Test
    void timeWithAnOffsetIsAnInstant() {
        var record = received(Events.write(event, "order-service"));
        record.headers().remove("ce_time").add("ce_time", "2026-11-21T10:13:00+01:00".getBytes(UTF_8));

        assertThat(Events.read(record).time()).isEqualTo(Instant.parse("2026-11-21T09:13:00Z"));
    }

    @Test
    void missingKeyAndValueAreUnreadable() {
        var headers = Events.write(event, "order-service").headers();

        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> Events.read(received(null, event.payload(), headers)))
                .withMessageContaining("key");
        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> Events.read(received("o-1", null, headers)))
                .withMessageContaining("value");
    }

    @Test
    void tombstoneIsPutAsideAsWhatItIs() {
        var headers = Events.write(event, "order-service").headers();

        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> Events.read(received("o-1", null, headers)))
                .satisfies(it -> assertThat(it.reason()).isEqualTo(ParkedReason.TOMBSTONE));
    }

    @Test
    void otherVersionOfTheEventOrOfItsEnvelopeIsUnknownAndNotUnreadable() {
        var later = received(Events.write(event, "order-service"));
        later.headers().remove("ce_type").add("ce_type", "order.v2.OrderConfirmed".getBytes(UTF_8));
        var envelope = received(Events.write(event, "order-service"));
        envelope.headers().remove("ce_specversion").add("ce_specversion", "2.0".getBytes(UTF_8));

        assertThat(Events.read(received(Events.write(event, "order-service")), "v1").key()).isEqualTo("o-1");
        for (var record : List.of(later, envelope)) {
            assertThatExceptionOfType(UnreadableEventException.class)
                    .isThrownBy(() -> Events.read(record, "v1"))
                    .withMessageContaining("2")
                    .satisfies(it -> assertThat(it.reason()).isEqualTo(ParkedReason.UNKNOWN_VERSION));
        }
    }

    @Test
    void sequenceIsReadIfThereIsOneAndMustBeANumber() {
        var numbered = received(Events.write(event, "order-service"));
        numbered.headers().add("ce_sequence", "17".getBytes(UTF_8));
        var malformed = received(Events.write(event, "order-service"));
        malformed.headers().add("ce_sequence", "seventeen".getBytes(UTF_8));

        assertThat(Events.read(received(Events.write(event, "order-service"))).sequence()).isEmpty();
        assertThat(Events.read(numbered).sequence()).hasValue(17);
        assertThatExceptionOfType(UnreadableEventException.class)
                .isThrownBy(() -> Events.read(malformed))
                .withMessageContaining("seventeen");
    }

    private static ConsumerRecord<String, byte[]> received(ProducerRecord<String, byte[]> sent) {
        return received(sent.key(), sent.value(), sent.headers());
    }

    @SuppressWarnings("NullAway") // Kafka may deliver what the type denies
    private static ConsumerRecord<String, byte[]> received(
            @Nullable String key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                "orders.v1", 3, 42, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }
}
