package io.meridian.gateway.repeating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Rejection;
import io.meridian.breaker.retry.AttemptEnd;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

class FailedAttemptsTest {

    static Stream<Arguments> faults() {
        var noConnection = new PoolAcquireTimeoutException(Duration.ofMillis(500));
        return Stream.of(
                arguments(new ConnectException("refused"), AttemptEnd.NOT_SENT),
                arguments(new ConnectTimeoutException("1 s"), AttemptEnd.NOT_SENT),
                arguments(new NoRouteToHostException("no route"), AttemptEnd.NOT_SENT),
                arguments(new UnknownHostException("order-service"), AttemptEnd.NOT_SENT),
                arguments(new IOException("Connection reset by peer"), AttemptEnd.BROKEN),
                arguments(PrematureCloseException.TEST_EXCEPTION, AttemptEnd.BROKEN),
                arguments(new TooLongFrameException("head"), AttemptEnd.FAULTY),
                arguments(new PoolAcquirePendingLimitException(4), AttemptEnd.REJECTED),
                arguments(noConnection, AttemptEnd.REJECTED),
                arguments(late(noConnection), AttemptEnd.REJECTED),
                arguments(new CallRejectedException("order", Rejection.OPEN, Duration.ZERO), AttemptEnd.REJECTED),
                arguments(late(new TimeoutException()), AttemptEnd.EXPIRED),
                arguments(ReadTimeoutException.INSTANCE, AttemptEnd.EXPIRED),
                arguments(new ScopeEndedException(Ending.EXPIRED, "asking"), AttemptEnd.EXPIRED),
                arguments(new ScopeEndedException(Ending.CALLER_GONE, "asking"), AttemptEnd.CANCELLED),
                arguments(ProblemException.of(Problem.METHOD_NOT_ALLOWED, "no"), AttemptEnd.FAULTY),
                arguments(new IllegalStateException("ours"), AttemptEnd.FAULTY));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultSaysWhetherTheRequestMayBeSentAgain(Throwable fault, AttemptEnd end) {
        assertThat(FailedAttempts.endOf(fault)).isEqualTo(end);
    }

    private static ResponseStatusException late(TimeoutException cause) {
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "late", cause);
    }
}
