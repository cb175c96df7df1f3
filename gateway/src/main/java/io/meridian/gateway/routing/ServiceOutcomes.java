package io.meridian.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.gateway.ArrivalFilter;
import io.meridian.edges.Degraded;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * What an answer, or its absence, says about the service that was asked, and the instance of it.
 *
 * <table>
 *   <caption>What is learnt</caption>
 *   <tr><td>an answer below 500, 501, 505, a gRPC status about the question</td><td>it works</td></tr>
 *   <tr><td>503 with {@code x-degraded}</td><td>nothing: it works, but what it needs does not, and it knows that. To close the way here
 *       as well would only make it longer until both are open again</td></tr>
 *   <tr><td>504, DEADLINE_EXCEEDED, no answer in the time there was</td><td>it takes longer than that</td></tr>
 *   <tr><td>any other answer from 500 on, 503 of a service that sheds among them; UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS; no
 *       connection, or one that broke; all connections in use</td><td>it does not work, or not for so many</td></tr>
 *   <tr><td>the client left; too little time to ask; a refusal or a fault of this gateway</td><td>nothing</td></tr>
 * </table>
 */
final class ServiceOutcomes {

    private ServiceOutcomes() {}

    /** Of an exchange in which the head of the answer has come. */
    static Outcome of(ServerWebExchange exchange) {
        var status = exchange.getResponse().getStatusCode();
        if (status == null) {
            return Outcome.IGNORED;
        }
        return switch (status.value()) {
            case 501, 505 -> Outcome.SUCCEEDED;
            case 503 ->
                exchange.getResponse().getHeaders().containsHeader(Degraded.HEADER) ? Outcome.IGNORED : Outcome.FAILED;
            case 504 -> Outcome.TIMED_OUT;
            default -> status.value() >= 500 ? Outcome.FAILED : ofGrpc(exchange);
        };
    }

    /** An answer that is only an end has its status in the head; another one's is not waited for. */
    private static Outcome ofGrpc(ServerWebExchange exchange) {
        if (!(exchange.getAttribute(CLIENT_RESPONSE_ATTR) instanceof HttpClientResponse answer)) {
            return Outcome.SUCCEEDED;
        }
        var head = answer.responseHeaders();
        return head.contains(Degraded.HEADER) ? Outcome.IGNORED : ofGrpc(head.get("grpc-status"));
    }

    // The numbers of io.grpc.Status.Code, which this gateway does not need otherwise.
    static Outcome ofGrpc(@Nullable String status) {
        return switch (status) {
            case "2", "13", "14", "15" -> Outcome.FAILED; // UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS
            case "4" -> Outcome.TIMED_OUT;
            case "1" -> Outcome.IGNORED; // CANCELLED: only the client could
            case null, default -> Outcome.SUCCEEDED; // RESOURCE_EXHAUSTED too, which is told of a message that is too large
        };
    }

    static Outcome of(Throwable fault) {
        return switch (fault) {
            case ResponseStatusException wrapper when wrapper.getCause() instanceof TimeoutException cause -> of(cause);
            case CallRejectedException _ -> Outcome.IGNORED;
            // Without a cause it was not asked: there was too little time for it.
            case ScopeEndedException ended -> ended.getCause() == null ? Outcome.IGNORED : Outcome.TIMED_OUT;
            case PoolAcquirePendingLimitException _, PoolAcquireTimeoutException _ -> Outcome.FAILED;
            case TimeoutException _, ReadTimeoutException _ -> Outcome.TIMED_OUT;
            case IOException _, DecoderException _, Http2Exception _, Http2FrameStreamException _ -> Outcome.FAILED;
            default -> Outcome.IGNORED;
        };
    }

    /** Either the client left or its time is up. */
    static Outcome ofCancelled(ServerWebExchange exchange) {
        var isLate = ArrivalFilter.scopeOf(exchange)
                .flatMap(scope -> scope.ending())
                .filter(Ending.EXPIRED::equals)
                .isPresent();
        return isLate ? Outcome.TIMED_OUT : Outcome.IGNORED;
    }
}
