package io.meridian.order.remote;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.order.reconciling.CannotLook;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Asks a neighbour for a page. A neighbour that has more important things to do refuses, and is asked again a few times; so is one that
 * just went away.
 */
final class Pages {

    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private Pages() {}

    static <P> P asked(String neighbour, Supplier<P> ask) {
        var pause = FIRST_PAUSE;
        for (var attempt = 1; ; attempt++) {
            try {
                return ask.get();
            } catch (StatusRuntimeException fault) {
                if (attempt == ATTEMPTS || !isWorthAsking(fault) || !waited(pause)) {
                    throw new CannotLook(neighbour + " does not show what it has: " + Peer.why(fault), fault);
                }
                pause = pause.multipliedBy(2);
            }
        }
    }

    private static boolean isWorthAsking(StatusRuntimeException fault) {
        var code = fault.getStatus().getCode();
        return code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED;
    }

    private static boolean waited(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
