package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GuardTest {

    private final FakeBreaker.All breakers = new FakeBreaker.All();
    private final FakeBreaker prices = breakers.named("prices");
    private long left = 1_000;
    private final Guard guard = new Guard(
            breakers,
            () -> left,
            Faults.of(List.of(thrown -> thrown instanceof UnsupportedOperationException ? Outcome.IGNORED : null)));

    @Test
    void callThatReturnsHasSucceeded() {
        assertThat(guard.call("prices", () -> 7)).isEqualTo(7);

        assertThat(prices.asked).containsExactly(1_000L);
        assertThat(prices.ended).containsExactly(Outcome.SUCCEEDED);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(new IllegalStateException("broken"), Outcome.FAILED),
                arguments(new UncheckedIOException(new IOException("broken")), Outcome.FAILED),
                arguments(new SocketTimeoutException(), Outcome.TIMED_OUT),
                arguments(new CompletionException(new TimeoutException()), Outcome.TIMED_OUT),
                arguments(new InterruptedException(), Outcome.IGNORED),
                arguments(new CancellationException(), Outcome.IGNORED),
                arguments(new CallRejectedException("stock", Rejection.OPEN, Duration.ZERO), Outcome.IGNORED),
                arguments(new UnsupportedOperationException("one of the service's own"), Outcome.IGNORED));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void exceptionSaysWhatBecameOfTheCall(Throwable fault, Outcome outcome) {
        assertThatThrownBy(() -> guard.call("prices", () -> {
                    throw fault;
                }))
                .isSameAs(fault);
        assertThatThrownBy(() -> guard.call("prices", () -> CompletableFuture.failedFuture(fault))
                        .join())
                .isNotNull();

        assertThat(prices.ended).containsExactly(outcome, outcome);
    }

    @Test
    void faultAfterTheDeadlineIsTheDeadline() {
        assertThatThrownBy(() -> guard.call("prices", () -> {
                    left = 0;
                    throw new IllegalStateException("given up");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(prices.ended).containsExactly(Outcome.TIMED_OUT);
    }

    @Test
    void whatTheCallKnowsOfItsExceptionsComesFirst() {
        assertThatThrownBy(() -> guard.call("prices", _ -> Outcome.SUCCEEDED, () -> {
                    throw new TimeoutException();
                }))
                .isInstanceOf(TimeoutException.class);

        assertThat(prices.ended).containsExactly(Outcome.SUCCEEDED);
    }

    @Test
    void stageIsUnderWayUntilItCompletes() {
        var later = new CompletableFuture<String>();
        var answer = guard.call("prices", () -> later);

        assertThat(prices.inFlight()).isOne();
        later.complete("done");

        assertThat(answer).isSameAs(later);
        assertThat(prices.ended).containsExactly(Outcome.SUCCEEDED);
    }

    @Test
    void refusedCallIsNotMade() {
        prices.refusing = Rejection.LIMIT;
        prices.retryAfter = Duration.ofMillis(3);

        assertThatThrownBy(() -> guard.call("prices", () -> {
                    throw new AssertionError("called");
                }))
                .isInstanceOfSatisfying(CallRejectedException.class, refused -> {
                    assertThat(refused.breaker()).isEqualTo("prices");
                    assertThat(refused.reason()).isEqualTo(Rejection.LIMIT);
                    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(3));
                });
        assertThat(prices.ended).isEmpty();
    }

    @Test
    void onlyTheFirstWordOfAPassageCounts() {
        var passage = Passage.through(prices, 5);

        passage.end(Outcome.TIMED_OUT);
        passage.end(Outcome.SUCCEEDED);

        assertThat(prices.ended).containsExactly(Outcome.TIMED_OUT);
    }
}
