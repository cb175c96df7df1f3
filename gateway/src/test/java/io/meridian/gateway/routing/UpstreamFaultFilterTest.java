package io.meridian.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Rejection;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

class UpstreamFaultFilterTest {

    static Stream<Arguments> faults() {
        var noConnection = new PoolAcquireTimeoutException(Duration.ofMillis(500));
        return Stream.of(
                arguments(new ConnectException("refused"), Problem.DEPENDENCY_UNAVAILABLE),
                arguments(new UnknownHostException("order-service"), Problem.DEPENDENCY_UNAVAILABLE),
                arguments(new IOException("Connection reset by peer"), Problem.DEPENDENCY_UNAVAILABLE),
                arguments(new TooLongFrameException("head"), Problem.DEPENDENCY_UNAVAILABLE),
                arguments(new PoolAcquirePendingLimitException(4), Problem.OVERLOADED),
                arguments(noConnection, Problem.OVERLOADED),
                arguments(late(noConnection), Problem.OVERLOADED),
                arguments(late(new TimeoutException()), Problem.DEADLINE_EXCEEDED),
                arguments(ReadTimeoutException.INSTANCE, Problem.DEADLINE_EXCEEDED),
                arguments(new ScopeEndedException(Ending.EXPIRED, "asking"), Problem.DEADLINE_EXCEEDED));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultIsToldAsWhatItMeansForTheCaller(Throwable fault, Problem problem) {
        assertThat(UpstreamFaultFilter.asTold(fault))
                .isInstanceOfSatisfying(
                        ProblemException.class, told -> assertThat(told.problem()).isEqualTo(problem));
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, 340, DEPENDENCY_UNAVAILABLE, 1",
        "OPEN, 1001, DEPENDENCY_UNAVAILABLE, 2",
        "THROTTLE, 0, DEPENDENCY_UNAVAILABLE, 1",
        "LIMIT, 0, OVERLOADED, 1",
        "DEADLINE, 0, DEADLINE_EXCEEDED,"
    })
    void requestThatWasNotSentSaysWhenToComeBack(Rejection why, long waitMillis, Problem problem, @Nullable String retryAfter) {
        var rejected = new CallRejectedException("order-placing", why, Duration.ofMillis(waitMillis));

        assertThat(UpstreamFaultFilter.asTold((Throwable) rejected))
                .isInstanceOfSatisfying(ProblemException.class, told -> {
                    assertThat(told.problem()).isEqualTo(problem);
                    assertThat(told.headers().get("Retry-After")).isEqualTo(retryAfter);
                });
    }

    @Test
    void everythingElseIsLeftAlone() {
        var bug = new IllegalStateException("ours");
        var refusal = ProblemException.of(Problem.METHOD_NOT_ALLOWED, "no");
        var notFound = new ResponseStatusException(HttpStatus.NOT_FOUND);

        assertThat(UpstreamFaultFilter.asTold(bug)).isSameAs(bug);
        assertThat(UpstreamFaultFilter.asTold(refusal)).isSameAs(refusal);
        assertThat(UpstreamFaultFilter.asTold(notFound)).isSameAs(notFound);
    }

    private static ResponseStatusException late(TimeoutException cause) {
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "late", cause);
    }
}
