package io.meridian.local.parts;

import org.jspecify.annotations.Nullable;

/** A part could not do what it was asked; the message says what was found and what to change. */
public class PartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PartException(String message) {
        super(message);
    }

    public PartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
