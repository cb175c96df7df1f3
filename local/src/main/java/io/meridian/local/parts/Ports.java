package io.meridian.local.parts;

import java.util.Optional;

/** TCP ports of the loopback address. */
public final class Ports {

    private Ports() {}

    /** Whether somebody listens there. */
    public static boolean isTaken(int port) {
        throw new UnsupportedOperationException();
    }

    /** Who listens there, as far as the system tells. */
    public static Optional<Occupant> occupant(int port) {
        throw new UnsupportedOperationException();
    }

    /** A port nobody listens on now. */
    public static int free() {
        throw new UnsupportedOperationException();
    }
}
