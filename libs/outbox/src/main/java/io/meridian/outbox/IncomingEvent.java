package io.meridian.outbox;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

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

    /** The header with an event's place among the events of its aggregate, as the CloudEvents extension "sequence" has it. */
    public static final String SEQUENCE = "ce_sequence";

    public IncomingEvent {
        headers = Map.copyOf(headers);
    }

    /**
     * Its place among the events of its aggregate: a later one has a greater number, gaps mean nothing. Empty if whoever said it
     * numbers nothing.
     *
     * @throws IllegalArgumentException if there is one that is no positive number
     */
    public OptionalLong sequence() {
        var text = headers.get(SEQUENCE);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            var sequence = Long.parseLong(text);
            if (sequence > 0) {
                return OptionalLong.of(sequence);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException(SEQUENCE + " must be a positive number, was \"" + text + '"');
    }
}
