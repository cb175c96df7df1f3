package io.meridian.system.nemesis;

/** There is no proof that a fault took, or that it healed: what was seen meanwhile shows nothing. */
public final class Unproven extends Exception {

    private static final long serialVersionUID = 1;

    public Unproven(String message) {
        super(message);
    }

    public Unproven(String message, Throwable cause) {
        super(message, cause);
    }
}
