package io.meridian.deadline.gateway;

import java.time.Duration;

/** Writes gRPC's timeout header: at most eight digits and a unit, cut off to it, so that nobody is given more. */
final class GrpcTimeout {

    private static final long MOST = 99_999_999;

    private GrpcTimeout() {}

    static String write(Duration left) {
        var micros = left.isNegative() ? 0 : left.toNanos() / 1_000;
        if (micros <= MOST) {
            return micros + "u";
        }
        return left.toMillis() <= MOST ? left.toMillis() + "m" : Math.min(left.toSeconds(), MOST) + "S";
    }
}
