package io.meridian.observability.autoconfigure;

/** The paths that machines ask on the management port. */
final class Probes {

    private Probes() {}

    static boolean isOne(String path) {
        return path.equals("/actuator")
                || path.startsWith("/actuator/")
                || path.equals("/livez")
                || path.equals("/readyz");
    }
}
