package io.meridian.simulation.database;

/** The database refuses what would break a constraint. It is the last guard: a service that needs it has a fault. */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Refused(String constraint) {
        super("violates \"" + constraint + "\"");
    }
}
