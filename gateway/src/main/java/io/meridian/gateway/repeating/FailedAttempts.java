package io.meridian.gateway.repeating;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** What it means for another attempt that a service did not answer; {@link AttemptEnd} says what follows from that. */
final class FailedAttempts {

    private FailedAttempts() {}

    static AttemptEnd endOf(Throwable fault) {
        return switch (fault) {
            // The routing filter takes a wait for a connection for a wait for the answer: both are timeouts.
            case ResponseStatusException wrapper when wrapper.getCause() instanceof TimeoutException cause -> endOf(cause);
            case ScopeEndedException ended ->
                ended.ending() == Ending.CALLER_GONE ? AttemptEnd.CANCELLED : AttemptEnd.EXPIRED;
            case CallRejectedException _, PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ ->
                AttemptEnd.REJECTED;
            case TimeoutException _, ReadTimeoutException _ -> AttemptEnd.EXPIRED;
            case ConnectException _, NoRouteToHostException _, UnknownHostException _ -> AttemptEnd.NOT_SENT;
            case IOException _ -> AttemptEnd.BROKEN;
            // An answer that cannot be read was one all the same; and what this gateway does wrong it would do again.
            default -> AttemptEnd.FAULTY;
        };
    }
}
