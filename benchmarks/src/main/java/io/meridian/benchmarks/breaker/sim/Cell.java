package io.meridian.benchmarks.breaker.sim;

/**
 * One field of the matrix.
 *
 * @param clients share the calls evenly; each has a policy of its own that knows nothing of the others
 * @param scale of the work, of the budgets and of the number of workers
 */
record Cell(Scenario scenario, int clients, double scale) {

    Scenario.Topology topology() {
        return scenario.topology().scaled(scale);
    }

    /** A scale other than 1, or a scenario that was kept back. */
    boolean isHeldOut() {
        return scenario.isHeldOut() || scale != 1;
    }

    String title() {
        return "%s, %d %s, x%s".formatted(scenario.name(), clients, clients == 1 ? "client" : "clients", number(scale));
    }

    static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
