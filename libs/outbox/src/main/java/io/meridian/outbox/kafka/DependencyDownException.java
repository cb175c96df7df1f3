package io.meridian.outbox.kafka;

/**
 * Thrown by a listener whose record is good but for which something it needs cannot be reached just now. The record is tried
 * again for as long as it takes: a dead-letter topic is for bad records, and no later record would fare better.
 *
 * <p>An unreachable database is recognised without it.
 */
public class DependencyDownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DependencyDownException(String message, Throwable cause) {
        super(message, cause);
    }
}
