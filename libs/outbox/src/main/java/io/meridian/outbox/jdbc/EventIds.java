package io.meridian.outbox.jdbc;

import java.time.Instant;
import java.util.UUID;

/** What an event's id says about its time. */
public final class EventIds {

    private EventIds() {}

    /** The smallest id of that millisecond: everything appended earlier sorts before it. */
    public static UUID lowestAt(Instant time) {
        return UuidV7.lowestAt(time.toEpochMilli());
    }
}
