package io.meridian.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.Outcome;
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
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

class ServiceOutcomesTest {

    @ParameterizedTest
    @CsvSource({
        "200, SUCCEEDED", "204, SUCCEEDED", "400, SUCCEEDED", "404, SUCCEEDED", "409, SUCCEEDED", "429, SUCCEEDED",
        "500, FAILED", "501, SUCCEEDED", "502, FAILED", "503, FAILED", "504, TIMED_OUT", "505, SUCCEEDED", "599, FAILED"
    })
    void statusSaysWhatBecameOfTheCall(int status, Outcome outcome) {
        assertThat(ServiceOutcomes.of(answered(status))).isEqualTo(outcome);
    }

    @Test
    void serviceThatMissesSomethingItselfSaysNothingOfItself() {
        var exchange = answered(503);
        exchange.getResponse().getHeaders().set("x-degraded", "payment");

        assertThat(ServiceOutcomes.of(exchange)).isEqualTo(Outcome.IGNORED);
    }

    @ParameterizedTest
    @CsvSource({
        ", SUCCEEDED", "0, SUCCEEDED", "1, IGNORED", "2, FAILED", "3, SUCCEEDED", "4, TIMED_OUT", "5, SUCCEEDED",
        "8, SUCCEEDED", "13, FAILED", "14, FAILED", "15, FAILED", "16, SUCCEEDED", "nonsense, SUCCEEDED"
    })
    void statusOfGrpcSaysWhatBecameOfTheCall(@Nullable String status, Outcome outcome) {
        assertThat(ServiceOutcomes.ofGrpc(status)).isEqualTo(outcome);
    }

    static Stream<Arguments> faults() {
        var noConnection = new PoolAcquireTimeoutException(Duration.ofMillis(500));
        return Stream.of(
                arguments(new ConnectException("refused"), Outcome.FAILED),
                arguments(new UnknownHostException("order-service"), Outcome.FAILED),
                arguments(new IOException("Connection reset by peer"), Outcome.FAILED),
                arguments(new TooLongFrameException("head"), Outcome.FAILED),
                arguments(new PoolAcquirePendingLimitException(4), Outcome.FAILED),
                arguments(late(noConnection), Outcome.FAILED),
                arguments(late(new TimeoutException()), Outcome.TIMED_OUT),
                arguments(ReadTimeoutException.INSTANCE, Outcome.TIMED_OUT),
                arguments(new ScopeEndedException(Ending.EXPIRED, "asking", new IOException()), Outcome.TIMED_OUT),
                arguments(new ScopeEndedException(Ending.EXPIRED, "asking"), Outcome.IGNORED),
                arguments(ProblemException.of(Problem.TOO_LARGE, "of the client"), Outcome.IGNORED),
                arguments(new IllegalStateException("ours"), Outcome.IGNORED),
                arguments(new CallRejectedException("x", Rejection.OPEN, Duration.ZERO), Outcome.IGNORED));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultSaysWhatBecameOfTheCall(Throwable fault, Outcome outcome) {
        assertThat(ServiceOutcomes.of(fault)).isEqualTo(outcome);
    }

    @Test
    void cancelledRequestOfWhichNothingIsKnownSaysNothing() {
        assertThat(ServiceOutcomes.ofCancelled(answered(200))).isEqualTo(Outcome.IGNORED);
    }

    private static MockServerWebExchange answered(int status) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/api/orders/0195"));
        exchange.getResponse().setStatusCode(HttpStatusCode.valueOf(status));
        return exchange;
    }

    private static ResponseStatusException late(TimeoutException cause) {
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "late", cause);
    }
}
