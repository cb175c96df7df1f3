package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;

import io.meridian.breaker.Outcome;
import io.meridian.breaker.ejection.Attempt;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.gateway.ArrivalFilter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * What an answer, or its absence, says about the instance that was asked.
 *
 * <table>
 *   <caption>What is learnt</caption>
 *   <tr><td>an answer below 500, a gRPC status about the question</td><td>it works</td></tr>
 *   <tr><td>504, DEADLINE_EXCEEDED, no answer in the time there was</td><td>it took longer than that</td></tr>
 *   <tr><td>another 5xx, UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS, a broken connection, all connections in use</td><td>it does not</td></tr>
 *   <tr><td>no connection</td><td>it is not there, and nothing was sent</td></tr>
 *   <tr><td>the client left, too little time to ask</td><td>nothing</td></tr>
 * </table>
 */
final class Answers {

    private Answers() {}

    static Outcome outcome(ServerWebExchange exchange) {
        var status = exchange.getResponse().getStatusCode();
        if (status == null) {
            return Outcome.IGNORED;
        }
        if (status.value() >= 500) {
            return status.value() == 504 ? Outcome.TIMED_OUT : Outcome.FAILED;
        }
        // An answer that is only an end has its status in the head; another one's is not waited for.
        return exchange.getAttribute(CLIENT_RESPONSE_ATTR) instanceof HttpClientResponse answer
                ? ofGrpc(answer.responseHeaders().get("grpc-status"))
                : Outcome.SUCCEEDED;
    }

    // The numbers of io.grpc.Status.Code, which this gateway does not need otherwise.
    static Outcome ofGrpc(@Nullable String status) {
        return switch (status) {
            case "2", "13", "14", "15" -> Outcome.FAILED; // UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS
            case "4" -> Outcome.TIMED_OUT;
            case "1" -> Outcome.IGNORED; // CANCELLED
            case null, default -> Outcome.SUCCEEDED;
        };
    }

    static void end(Attempt<?> attempt, Throwable fault) {
        switch (fault) {
            case ResponseStatusException wrapper when wrapper.getCause() instanceof TimeoutException cause ->
                end(attempt, cause);
            case ConnectException _, UnknownHostException _ -> attempt.unreachable();
            // Without a cause it was not asked: there was too little time for it.
            case ScopeEndedException ended ->
                attempt.end(ended.getCause() == null ? Outcome.IGNORED : Outcome.TIMED_OUT);
            case PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ -> attempt.end(Outcome.FAILED);
            case TimeoutException _, ReadTimeoutException _ -> attempt.end(Outcome.TIMED_OUT);
            case IOException _, DecoderException _, Http2Exception _, Http2FrameStreamException _ ->
                attempt.end(Outcome.FAILED);
            default -> attempt.end(Outcome.IGNORED);
        }
    }

    /** Either the client left or its time is up. */
    static Outcome cancelled(ServerWebExchange exchange) {
        var isLate = ArrivalFilter.scopeOf(exchange)
                .flatMap(scope -> scope.ending())
                .filter(Ending.EXPIRED::equals)
                .isPresent();
        return isLate ? Outcome.TIMED_OUT : Outcome.IGNORED;
    }
}
