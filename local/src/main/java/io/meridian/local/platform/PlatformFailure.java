package io.meridian.local.platform;

import java.util.List;

/** Why the platform could not do what was asked, said so that the reader can act on it. */
public final class PlatformFailure extends RuntimeException {

    /** What kind of obstacle it is; the command turns it into its exit code. */
    public enum Kind {
        /** Something was tried and did not work. */
        FAILED,
        /** This machine lacks something that has to be installed or built first. */
        MISSING,
        /** Another process has what is needed: a port, or this very home. */
        BUSY
    }

    /** What to do about a port that somebody else has. */
    static final String PORT_ADVICE =
            "Stop that process, or shift all ports of this platform: ./meridian up --port-offset 1000";

    private final Kind kind;
    private final List<String> details;

    public PlatformFailure(Kind kind, String message) {
        this(kind, message, List.of());
    }

    /** @param details further lines for the reader, such as the end of a log */
    public PlatformFailure(Kind kind, String message, List<String> details) {
        super(message);
        this.kind = kind;
        this.details = List.copyOf(details);
    }

    public PlatformFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.details = List.of();
    }

    public Kind kind() {
        return kind;
    }

    public List<String> details() {
        return details;
    }
}
