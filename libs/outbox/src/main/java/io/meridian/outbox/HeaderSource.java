package io.meridian.outbox;

import java.util.Map;

/**
 * What should travel with an event besides its body: the trace it belongs to, the release that wrote it.
 *
 * <p>Asked on the appending thread, inside its transaction, so it sees the request that causes the event and not the relay that
 * publishes it later. Names starting with {@code ce_} belong to the envelope and are ignored.
 */
@FunctionalInterface
public interface HeaderSource {

    /** The headers of an event appended now; empty if there are none. */
    Map<String, String> headers();
}
