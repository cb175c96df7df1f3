package io.meridian.outbox;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * An event as the outbox keeps it: identified, dated, and committed together with what it announces.
 *
 * @param id a UUIDv7; the {@code ce_id} by which receivers recognise a repetition
 * @param headers what the {@link HeaderSource}s said when it was appended
 * @param occurredAt when it was appended, by the clock of the appending service
 */
@SuppressWarnings("ArrayRecordComponent") // a payload is carried, never compared
public record StoredEvent(
        UUID id,
        String topic,
        String aggregateId,
        String type,
        byte[] payload,
        Map<String, String> headers,
        Instant occurredAt) {

    public StoredEvent {
        headers = Map.copyOf(headers);
    }
}
