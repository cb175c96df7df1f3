package io.meridian.local.parts;

import java.util.Optional;

/** Somebody else listens where a part wants to; names them if the system tells. */
public final class PortTakenException extends PartException {

    private static final long serialVersionUID = 1L;

    private final int port;
    private final transient Optional<Occupant> occupant;

    public PortTakenException(String who, int port, Optional<Occupant> occupant) {
        super("%s wants port %d of 127.0.0.1, but it is taken by %s".formatted(who, port, describe(occupant)));
        this.port = port;
        this.occupant = occupant;
    }

    public int port() {
        return port;
    }

    /** Empty if the system does not tell, as for a process of another user. */
    public Optional<Occupant> occupant() {
        return occupant;
    }

    private static String describe(Optional<Occupant> occupant) {
        return occupant.map(it -> "process %d (%s)".formatted(it.pid(), it.command()))
                .orElse("a process this user may not see");
    }
}
