package io.meridian.outbox.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record that no number of attempts will make readable for this release of the service: an envelope or a body that is not what it
 * should be, or an event of a kind or version it does not know. Goes straight to the dead-letter topic, with the reason in a header.
 */
public class UnreadableEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ParkedReason reason;

    public UnreadableEventException(String message) {
        this(message, null);
    }

    public UnreadableEventException(String message, @Nullable Throwable cause) {
        this(ParkedReason.UNREADABLE, message, cause);
    }

    public UnreadableEventException(ParkedReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** The event is well-formed, but this release of the service knows nothing of its kind. */
    public static UnreadableEventException unknownType(String message) {
        return new UnreadableEventException(ParkedReason.UNKNOWN_TYPE, message, null);
    }

    /** The event is well-formed, but of a version this release of the service does not know. */
    public static UnreadableEventException unknownVersion(String message) {
        return new UnreadableEventException(ParkedReason.UNKNOWN_VERSION, message, null);
    }

    public ParkedReason reason() {
        return reason;
    }
}
