package io.meridian.outbox.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record that no number of attempts will make readable: an envelope or a body that is not what it should be. Goes straight to
 * the dead-letter topic.
 */
public class UnreadableEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableEventException(String message) {
        super(message);
    }

    public UnreadableEventException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
