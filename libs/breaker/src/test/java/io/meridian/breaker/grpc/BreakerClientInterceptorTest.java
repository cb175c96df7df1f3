package io.meridian.breaker.grpc;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.FakeBreaker;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerClientInterceptorTest {

    private final FakeBreaker.All breakers = new FakeBreaker.All();
    private final BreakerClientInterceptor interceptor = new BreakerClientInterceptor(breakers);
    private final FakeChannel channel = new FakeChannel();
    private final Answers answers = new Answers();

    @Test
    void callIsAskedForWithWhatItsDeadlineLeaves() {
        call(CallOptions.DEFAULT.withDeadlineAfter(60, SECONDS)).start(answers, new Metadata());

        assertThat(stock().asked).singleElement().satisfies(left -> assertThat(left)
                .isBetween(SECONDS.toNanos(30), SECONDS.toNanos(60)));
        assertThat(stock().inFlight()).isOne();
    }

    @Test
    void deadlineOfTheCallItIsMadeForHoldsIfItIsSooner() throws Exception {
        ScheduledExecutorService nobody = Executors.newSingleThreadScheduledExecutor();
        try (nobody;
                var sooner = Context.current().withDeadlineAfter(10, SECONDS, nobody)) {
            sooner.call(() -> {
                call(CallOptions.DEFAULT.withDeadlineAfter(60, SECONDS)).start(answers, new Metadata());
                return true;
            });
        }

        assertThat(stock().asked.getFirst()).isLessThanOrEqualTo(SECONDS.toNanos(10));
    }

    @Test
    void callThatNobodyBoundsSaysSo() {
        call(CallOptions.DEFAULT).start(answers, new Metadata());

        assertThat(stock().asked).containsExactly(Breaker.NO_DEADLINE);
    }

    static Stream<Arguments> statuses() {
        return Stream.of(
                arguments(Status.OK, Outcome.SUCCEEDED),
                arguments(Status.INVALID_ARGUMENT, Outcome.SUCCEEDED),
                arguments(Status.NOT_FOUND, Outcome.SUCCEEDED),
                arguments(Status.ALREADY_EXISTS, Outcome.SUCCEEDED),
                arguments(Status.FAILED_PRECONDITION, Outcome.SUCCEEDED),
                arguments(Status.OUT_OF_RANGE, Outcome.SUCCEEDED),
                arguments(Status.ABORTED, Outcome.SUCCEEDED),
                arguments(Status.PERMISSION_DENIED, Outcome.SUCCEEDED),
                arguments(Status.UNAUTHENTICATED, Outcome.SUCCEEDED),
                arguments(Status.UNIMPLEMENTED, Outcome.SUCCEEDED),
                arguments(Status.UNAVAILABLE, Outcome.FAILED),
                arguments(Status.INTERNAL, Outcome.FAILED),
                arguments(Status.UNKNOWN, Outcome.FAILED),
                arguments(Status.DATA_LOSS, Outcome.FAILED),
                arguments(Status.RESOURCE_EXHAUSTED, Outcome.FAILED),
                arguments(Status.DEADLINE_EXCEEDED, Outcome.TIMED_OUT),
                arguments(Status.CANCELLED, Outcome.FAILED),
                arguments(
                        Status.UNAVAILABLE.withCause(
                                new CallRejectedException("another", Rejection.OPEN, Duration.ZERO)),
                        Outcome.IGNORED));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void statusSaysWhatBecameOfTheCall(Status status, Outcome outcome) {
        call(CallOptions.DEFAULT).start(answers, new Metadata());

        channel.made.getFirst().close(status);

        assertThat(stock().ended).containsExactly(outcome);
        assertThat(answers.closed).containsExactly(status);
    }

    @Test
    void callThatThisSideCancelsSaysNothing() {
        var call = call(CallOptions.DEFAULT);
        call.start(answers, new Metadata());

        call.cancel("not wanted any more", null);

        assertThat(stock().ended).containsExactly(Outcome.IGNORED);
    }

    @Test
    void callThatEndsWithTheOneItIsMadeForSaysNothing() {
        var served = Context.current().withCancellation();
        served.run(() -> call(CallOptions.DEFAULT).start(answers, new Metadata()));

        served.cancel(null);
        channel.made.getFirst().close(Status.CANCELLED);

        assertThat(stock().ended).containsExactly(Outcome.IGNORED);
    }

    @Test
    void callThatIsCancelledBecauseItsTimeIsOverHasTimedOut() {
        var call = call(CallOptions.DEFAULT.withDeadlineAfter(0, MILLISECONDS));
        call.start(answers, new Metadata());

        call.cancel("its time is over", null);

        assertThat(stock().ended).containsExactly(Outcome.TIMED_OUT);
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallFailsAtOnceAndNothingIsSent(Rejection why) {
        stock().refusing = why;
        stock().retryAfter = Duration.ofMillis(340);
        var call = call(CallOptions.DEFAULT);

        call.start(answers, new Metadata());
        call.request(1);
        call.sendMessage("q");
        call.halfClose();
        call.cancel(null, null);

        assertThat(channel.made).isEmpty();
        assertThat(answers.closed).singleElement().satisfies(status -> {
            assertThat(status.getCode())
                    .isEqualTo(why == Rejection.DEADLINE ? Status.Code.DEADLINE_EXCEEDED : Status.Code.UNAVAILABLE);
            assertThat(status.getDescription()).startsWith("stock was not called: ");
            assertThat(status.getCause())
                    .isInstanceOfSatisfying(CallRejectedException.class, it -> assertThat(it.reason()).isEqualTo(why));
        });
        assertThat(answers.trailers.getFirst().get(Wire.key("grpc-retry-pushback-ms"))).isEqualTo("340");
        assertThat(stock().ended).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, -1", "200000, 1", "5000000000, 5000"})
    void pushbackIsTheWaitAndNoneIfWaitingDoesNotHelp(long nanos, String pushback) {
        stock().refusing = Rejection.LIMIT;
        stock().retryAfter = Duration.ofNanos(nanos);

        call(CallOptions.DEFAULT).start(answers, new Metadata());

        assertThat(answers.trailers.getFirst().get(Wire.key("grpc-retry-pushback-ms"))).isEqualTo(pushback);
    }

    @Test
    void callThatCannotBeMadeGivesItsPermitBack() {
        channel.onNewCall = new IllegalStateException("shut down");
        assertThatIllegalStateException().isThrownBy(() -> call(CallOptions.DEFAULT).start(answers, new Metadata()));
        channel.onNewCall = null;
        channel.onStart = new IllegalStateException("no");
        assertThatIllegalStateException().isThrownBy(() -> call(CallOptions.DEFAULT).start(answers, new Metadata()));

        assertThat(stock().ended).containsExactly(Outcome.IGNORED, Outcome.IGNORED);
        assertThat(stock().inFlight()).isZero();
    }

    @Test
    void callThatIsNotStartedTakesNoPermit() {
        var left = call(CallOptions.DEFAULT);
        left.cancel("never mind", null);

        assertThatIllegalStateException().isThrownBy(() -> left.start(answers, new Metadata()));
        assertThat(stock().asked).isEmpty();
        assertThat(channel.made).isEmpty();
    }

    @Test
    void permitIsGivenBackOnceHoweverOftenTheCallEnds() {
        var call = call(CallOptions.DEFAULT);
        call.start(answers, new Metadata());

        channel.made.getFirst().close(Status.OK);
        channel.made.getFirst().close(Status.INTERNAL);
        call.cancel("late", null);

        assertThat(stock().ended).containsExactly(Outcome.SUCCEEDED);
    }

    @Test
    void permitIsGivenBackBeforeTheAnswerIsHeardAndWhateverTheListenerDoes() {
        call(CallOptions.DEFAULT)
                .start(
                        new ClientCall.Listener<>() {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                assertThat(stock().inFlight()).isZero();
                                throw new IllegalStateException("a listener's own fault");
                            }
                        },
                        new Metadata());

        assertThatIllegalStateException().isThrownBy(() -> channel.made.getFirst().close(Status.OK));
        assertThat(stock().ended).containsExactly(Outcome.SUCCEEDED);
    }

    @Test
    void streamsAndGrpcsOwnServicesAreNotGuarded() {
        var health = MethodDescriptor.<String, String>newBuilder(Wire.HOLD.getRequestMarshaller(), Wire.HOLD.getResponseMarshaller())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .build();

        interceptor.interceptCall(Wire.WATCH, CallOptions.DEFAULT, channel).start(answers, new Metadata());
        interceptor.interceptCall(health, CallOptions.DEFAULT, channel).start(answers, new Metadata());

        assertThat(channel.made).hasSize(2);
        assertThat(breakers.names()).isEmpty();
    }

    @Test
    void methodsOfOneServiceShareABreaker() {
        interceptor.interceptCall(Wire.HOLD, CallOptions.DEFAULT, channel);
        interceptor.interceptCall(Wire.GET, CallOptions.DEFAULT, channel);

        assertThat(breakers.names()).containsExactly("stock");
    }

    @Test
    void callOverTheWireIsAnsweredOrRefused() {
        try (var wire = new Wire(
                new Passing(),
                (question, answer) -> {
                    answer.onNext(question + "!");
                    answer.onCompleted();
                },
                interceptor)) {
            assertThat(ask(wire)).isEqualTo("q!");
            stock().refusing = Rejection.OPEN;
            stock().retryAfter = Duration.ofSeconds(2);

            var refused = catchThrowableOfType(StatusRuntimeException.class, () -> ask(wire));

            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(stock().ended).containsExactly(Outcome.SUCCEEDED);
        }
    }

    /** Without the interceptor nobody is told, and with a breaker that is told twice the fake complains. */
    @Test
    void fakeComplainsOfAPermitThatComesBackTwice() {
        var breaker = new FakeBreaker("any");
        var permit = breaker.enter(5);
        breaker.leave(permit, Outcome.SUCCEEDED, 5);

        assertThatThrownBy(() -> breaker.leave(permit, Outcome.SUCCEEDED, 5)).isInstanceOf(AssertionError.class);
    }

    private static String ask(Wire wire) {
        return ClientCalls.blockingUnaryCall(
                wire.channel(), Wire.HOLD, CallOptions.DEFAULT.withDeadlineAfter(60, SECONDS), "q");
    }

    private ClientCall<String, String> call(CallOptions options) {
        return interceptor.interceptCall(Wire.HOLD, options, channel);
    }

    private FakeBreaker stock() {
        return breakers.named("stock");
    }

    private static final class Passing implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return next.startCall(call, headers);
        }
    }

    private static final class Answers extends ClientCall.Listener<String> {

        private final List<Status> closed = new ArrayList<>();
        private final List<Metadata> trailers = new ArrayList<>();

        @Override
        public void onClose(Status status, Metadata trailers) {
            closed.add(status);
            this.trailers.add(trailers);
        }
    }

    /** Makes calls that end when and as the test says. */
    private static final class FakeChannel extends Channel {

        private final List<FakeCall<?, ?>> made = new ArrayList<>();
        private @Nullable RuntimeException onNewCall;
        private @Nullable RuntimeException onStart;

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            if (onNewCall != null) {
                throw onNewCall;
            }
            var call = new FakeCall<Q, A>(onStart);
            made.add(call);
            return call;
        }

        @Override
        public String authority() {
            return "fake";
        }
    }

    private static final class FakeCall<Q, A> extends ClientCall<Q, A> {

        private final @Nullable RuntimeException onStart;
        private @Nullable Listener<A> answers;

        FakeCall(@Nullable RuntimeException onStart) {
            this.onStart = onStart;
        }

        @Override
        public void start(Listener<A> answers, Metadata headers) {
            if (onStart != null) {
                throw onStart;
            }
            this.answers = answers;
        }

        void close(Status status) {
            if (answers != null) {
                answers.onClose(status, new Metadata());
            }
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            close(Status.CANCELLED);
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
