package io.meridian.local.letters;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record that a service could not handle, as it lies in a dead-letter topic.
 *
 * @param topic where it came from
 * @param partition of the dead-letter topic
 * @param offset in it
 * @param key null if it has none
 * @param id its {@code ce_id}; empty if it has none, as the next two
 * @param type its {@code ce_type}
 * @param reason why it was put aside, such as {@code unknown-type}
 * @param by the service that did
 * @param message what went wrong, in that service's words
 * @param at when it was put aside
 * @param bytes the size of its value; -1 for none
 * @param isReplayed whether it has been given back already
 */
public record DeadLetter(
        String topic,
        int partition,
        long offset,
        @Nullable String key,
        String id,
        String type,
        String reason,
        String by,
        String message,
        Instant at,
        int bytes,
        boolean isReplayed) {}
