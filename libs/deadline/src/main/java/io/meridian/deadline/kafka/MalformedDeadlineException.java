package io.meridian.deadline.kafka;

import org.springframework.messaging.converter.MessageConversionException;

/**
 * A command whose deadline cannot be read. No repetition will make it readable: as a failed conversion it is one of those that
 * spring-kafka's error handlers do not retry.
 */
public final class MalformedDeadlineException extends MessageConversionException {

    private static final long serialVersionUID = 1L;

    private final String header;

    MalformedDeadlineException(String header, String found) {
        super("the header " + header + " of a command " + found);
        this.header = header;
    }

    /** The name of the header. */
    public String header() {
        return header;
    }
}
