package io.meridian.outbox.relay;

/** Another instance of the service reads the log: not a failure, one relay is enough. */
public class SlotInUseException extends Exception {

    private static final long serialVersionUID = 1L;

    public SlotInUseException(String message) {
        super(message);
    }
}
