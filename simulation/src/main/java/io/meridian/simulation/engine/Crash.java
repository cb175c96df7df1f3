package io.meridian.simulation.engine;

/**
 * Ends what ran in a process that died, or in a run that is over. An error and not an exception, so that nothing that catches
 * exceptions takes it for one; and everything a dead process tries on its way out throws it again.
 */
public final class Crash extends Error {

    private static final long serialVersionUID = 1L;

    Crash() {
        super("the process has died", null, false, false);
    }
}
