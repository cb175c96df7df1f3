package io.meridian.outbox;

import java.time.Instant;
import java.util.Map;

/**
 * An event as it was received, possibly not for the first time.
 *
 * @param id the {@code ce_id}; the same for every repetition
 * @param source the service that said it
 * @param time when it was appended, by that service's clock
 * @param key the aggregate it is about
 * @param headers every header that came with it, {@code ce_} ones too, as UTF-8 text; of a repeated name the last value
 */
@SuppressWarnings("ArrayRecordComponent") // a payload is carried, never compared
public record IncomingEvent(
        String id, String type, String source, Instant time, String key, byte[] payload, Map<String, String> headers) {

    public IncomingEvent {
        headers = Map.copyOf(headers);
    }
}
