package io.meridian.outbox.postgres;

/** The stream said something that pgoutput does not say about the outbox: a broken connection, or an outbox altered by hand. */
final class UnreadableLogException extends Exception {

    private static final long serialVersionUID = 1L;

    UnreadableLogException(String message) {
        super(message);
    }

    UnreadableLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
