package io.meridian.system.nemesis;

/** How records are known that no service wrote. */
public final class Poison {

    /** In the id of each that has one. */
    public static final String MARK = "poison-";

    private Poison() {}
}
