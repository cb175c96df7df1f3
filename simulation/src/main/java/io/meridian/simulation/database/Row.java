package io.meridian.simulation.database;

/** A row of a table; a value, replaced as a whole. */
public interface Row {

    /**
     * The table's CHECK constraints, as its migration has them.
     *
     * @throws Refused naming the one that does not hold
     */
    default void check() {}

    /** For {@link #check}. */
    static void require(boolean holds, String constraint) {
        if (!holds) {
            throw new Refused(constraint);
        }
    }
}
