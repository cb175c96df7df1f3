package io.meridian.deadline.grpc;

import static io.meridian.deadline.grpc.Wire.ASK;
import static io.meridian.deadline.grpc.Wire.CHECK;
import static io.meridian.deadline.grpc.Wire.WATCH;
import static io.meridian.deadline.grpc.Wire.answer;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

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
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.grpc.Wire.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class DeadlineServerInterceptorTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Transport transport;
    private final Heard heard = new Heard();
    @SuppressWarnings("NullAway.Init") // by serve
    private Wire wire;

    DeadlineServerInterceptorTest(Transport transport) {
        this.transport = transport;
    }

    @AfterEach
    void hangUp() throws InterruptedException {
        wire.close();
    }

    @Test
    void handlerWorksInAScopeWithTheCallersDeadlineAndSoDoesTheContext() {
        serve((_, answer) -> answer(answer, left() + " " + contextsLeft()));

        var told = ask(within(Duration.ofSeconds(20))).split(" ");

        assertThat(Long.parseLong(told[0])).isBetween(10_000L, 20_000L);
        assertThat(Long.parseLong(told[1])).isCloseTo(Long.parseLong(told[0]), withinMillis(50));
    }

    @Test
    void scopeNeverEndsAfterTheContext() {
        serve((_, answer) -> {
            var context = Context.current().getDeadline();
            var scope = DeadlineScope.current().orElseThrow().deadline();
            var before = System.nanoTime();
            var scopesLeft = scope.remainingNanos();
            var contextsLeft = context.timeRemaining(NANOSECONDS);
            var apart = System.nanoTime() - before;
            answer(answer, "" + (scopesLeft <= contextsLeft + apart));
        });

        for (var i = 0; i < 200; i++) {
            assertThat(ask(within(Duration.ofSeconds(20)))).isEqualTo("true");
            assertThat(ask(CallOptions.DEFAULT)).isEqualTo("true");
        }
    }

    @Test
    void callerThatNamesNoDeadlineGetsTheUsualOne() {
        serve((_, answer) -> answer(answer, left() + " " + contextsLeft()));

        var told = ask(CallOptions.DEFAULT).split(" ");

        assertThat(Long.parseLong(told[0])).isBetween(2_000L, 5_000L);
        assertThat(Long.parseLong(told[1])).isCloseTo(Long.parseLong(told[0]), withinMillis(50));
        assertThat(heard.opened).containsExactly(Duration.ofSeconds(5));
    }

    @Test
    void callerIsGrantedNoMoreThanTheMost() {
        serve((_, answer) -> answer(answer, left() + " " + contextsLeft()));

        var told = ask(within(Duration.ofMinutes(10))).split(" ");

        assertThat(Long.parseLong(told[0])).isBetween(20_000L, 30_000L);
        assertThat(Long.parseLong(told[1])).isCloseTo(Long.parseLong(told[0]), withinMillis(50));
    }

    @Test
    void handlerIsInterruptedAtTheDeadline() throws Exception {
        var interrupted = new CompletableFuture<Ending>();
        serve((_, _) -> waitForEver(interrupted));

        var status = refused(within(Duration.ofMillis(200)));

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        // For whichever reason is there first: on a slow way the caller's timer is ahead.
        var ending = interrupted.get(30, SECONDS);
        await().untilAsserted(() -> assertThat(heard.stopped).containsExactly("HANDLER " + ending));
    }

    @Test
    void handlerIsInterruptedAtADeadlineThatIsOnlyTheServers() throws Exception {
        var interrupted = new CompletableFuture<Ending>();
        serve(usually(Duration.ofMillis(200)), (_, _) -> waitForEver(interrupted));

        var status = refused(CallOptions.DEFAULT);

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(status.getDescription()).isEqualTo("the deadline passed, 200 ms after the call came in");
        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.EXPIRED);
    }

    @Test
    void callerHasItsAnswerAtTheServersDeadlineThoughTheHandlerGoesOn() {
        var release = new CountDownLatch(1);
        serve(usually(Duration.ofMillis(200)), (_, answer) -> {
            DeadlineScope.shielded(() -> release.await(30, SECONDS));
            answer(answer, "too late");
        });

        var status = refused(CallOptions.DEFAULT);

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(heard.closed).isEmpty();
        release.countDown();
        await().untilAsserted(() -> assertThat(heard.closed)
                .singleElement()
                .satisfies(closed -> assertThat(closed.used()).isGreaterThan(closed.granted())));
    }

    @Test
    void handlerIsInterruptedWhenTheCallerCancels() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Ending>();
        serve((_, _) -> {
            begun.countDown();
            waitForEver(interrupted);
        });

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, CallOptions.DEFAULT), "");
        assertThat(begun.await(30, SECONDS)).isTrue();
        call.cancel(true);

        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        await().untilAsserted(() -> assertThat(heard.stopped).containsExactly("HANDLER CALLER_GONE"));
        await().untilAsserted(() -> assertThat(heard.closed).hasSize(1));
    }

    @Test
    void handlerIsInterruptedWhenTheClientIsGone() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Ending>();
        serve((_, _) -> {
            begun.countDown();
            waitForEver(interrupted);
        });

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, within(LONG)), "");
        assertThat(begun.await(30, SECONDS)).isTrue();
        wire.hangUp();

        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        assertThat(call).failsWithin(LONG);
    }

    @Test
    void callThatWaitedUntilItsDeadlineIsNotBegun() throws Exception {
        var tasks = new LinkedBlockingQueue<Runnable>();
        var arrived = new AtomicReference<io.grpc.@Nullable Deadline>();
        wire = new Wire(
                transport,
                task -> {
                    arrived.compareAndSet(null, io.grpc.Deadline.after(200, MILLISECONDS));
                    tasks.add(task);
                },
                interceptor(),
                (_, answer) -> answer(answer, "done"));

        var status = refused(within(Duration.ofMillis(200)));
        // The server's deadline is reckoned from the arrival, and so later than the client's.
        await().atMost(30, SECONDS).until(() -> arrived.get() instanceof io.grpc.Deadline deadline && deadline.isExpired());
        runAll(tasks);

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(wire.handled).hasValue(0);
        assertThat(heard.refusedAtEntry).containsExactly("grpc");
    }

    @Test
    void callWhoseQuestionCameTooLateIsNotBegun() {
        var release = new CountDownLatch(1);
        var deadlines = interceptor(usually(Duration.ofMillis(200)));
        wire = new Wire(transport, slowAfter(deadlines, release), (_, answer) -> answer(answer, "done"));

        assertThat(refused(CallOptions.DEFAULT).getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        release.countDown();

        await().untilAsserted(() -> assertThat(heard.closed).hasSize(1));
        assertThat(wire.handled).hasValue(0);
        assertThat(heard.refusedAtEntry).containsExactly("grpc");
    }

    /** The call has come in, and its question is held up. */
    private static ServerInterceptor slowAfter(ServerInterceptor deadlines, CountDownLatch release) {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                var parts = deadlines.interceptCall(call, headers, next);
                try {
                    release.await(30, SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return parts;
            }
        };
    }

    @Test
    void callThatWaitedButHasTimeLeftIsBegun() throws Exception {
        var tasks = new LinkedBlockingQueue<Runnable>();
        wire = new Wire(transport, tasks::add, interceptor(), (_, answer) -> answer(answer, "done"));

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, within(LONG)), "");
        runUntil(tasks, call::isDone);

        assertThat(call.get()).isEqualTo("done");
        assertThat(wire.handled).hasValue(1);
        assertThat(heard.refusedAtEntry).isEmpty();
    }

    @Test
    void faultOfACallThatNobodyWantsIsNone() {
        serve(usually(Duration.ofMillis(200)), (_, answer) -> {
            DeadlineScope.shielded(() -> untilTheEnd());
            throw new IllegalStateException("a fault");
        });
        var direct = refused(CallOptions.DEFAULT);
        assertThat(direct.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);

        await().untilAsserted(() -> assertThat(heard.closed).hasSize(1));
        assertThat(heard.stopped).containsExactly("HANDLER EXPIRED");
    }

    @Test
    void faultOfACallThatIsWantedIsOne() {
        serve((_, _) -> {
            throw new IllegalStateException("a fault");
        });

        assertThat(refused(CallOptions.DEFAULT).getCode()).isEqualTo(Code.UNKNOWN);
        await().untilAsserted(() -> assertThat(heard.closed).hasSize(1));
        assertThat(heard.stopped).isEmpty();
    }

    @Test
    void refusalOfTheHandlersOwnIsSentAsItIs() {
        serve((_, answer) -> answer.onError(
                Status.FAILED_PRECONDITION.withDescription("SKU-1000: 0 left").asRuntimeException()));

        var status = refused(CallOptions.DEFAULT);

        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).isEqualTo("SKU-1000: 0 left");
    }

    @Test
    void successThatComesLateIsSentIfItCan() {
        serve((_, answer) -> {
            DeadlineScope.current().orElseThrow().cancel();
            answer(answer, "done all the same");
        });

        assertThat(ask(CallOptions.DEFAULT)).isEqualTo("done all the same");
    }

    @Test
    void errorHandedOverAfterTheEndIsTheEnds() {
        serve((_, answer) -> {
            DeadlineScope.current().orElseThrow().cancel();
            answer.onError(new IllegalStateException("a fault"));
        });

        assertThat(refused(CallOptions.DEFAULT).getCode()).isEqualTo(Code.CANCELLED);
        assertThat(heard.stopped).containsExactly("HANDLER CALLER_GONE");
    }

    @Test
    void interruptNeverReachesTheNextCallOnTheThread() {
        try (var one = Executors.newSingleThreadExecutor()) {
            wire = new Wire(transport, one, interceptor(usually(Duration.ofMillis(5))), (question, answer) -> {
                if (question.equals("late")) {
                    // As a handler that computes: the interrupt is there and nobody takes it.
                    untilTheEnd();
                } else {
                    answer(answer, "" + Thread.currentThread().isInterrupted());
                }
            });
            var channel = wire.connect();

            for (var i = 0; i < 200; i++) {
                assertThat(refused(channel, ASK, CallOptions.DEFAULT, "late").getCode())
                        .isEqualTo(Code.DEADLINE_EXCEEDED);
                assertThat(ask(channel, ASK, within(LONG), "next")).isEqualTo("false");
            }
        }
    }

    @Test
    void detachedWorkGoesOnWithoutTheCaller() throws Exception {
        var begun = new CompletableFuture<DeadlineScope>();
        var release = new CountDownLatch(1);
        var given = new CompletableFuture<Boolean>();
        serve((_, _) -> {
            var callers = DeadlineScope.current().orElseThrow();
            DeadlineScope.detached("give back", LONG, () -> {
                begun.complete(callers);
                given.complete(release.await(30, SECONDS));
                return true;
            });
        });

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, CallOptions.DEFAULT), "");
        var callers = begun.get(30, SECONDS);
        call.cancel(true);
        await().until(callers::isOver);
        release.countDown();

        assertThat(given.get(30, SECONDS)).isTrue();
    }

    @Test
    void streamWithoutDeadlineOutlivesWhatIsUsual() throws Exception {
        var next = new LinkedBlockingQueue<String>();
        var interrupted = new CompletableFuture<Ending>();
        serve(usually(Duration.ofMillis(100)), (_, answer) -> {
            try {
                while (true) {
                    answer.onNext(next.take());
                }
            } catch (InterruptedException e) {
                interrupted.complete(DeadlineScope.current().orElseThrow().ending().orElseThrow());
            }
        });
        var said = new LinkedBlockingQueue<String>();

        var call = watch(CallOptions.DEFAULT, said, new CompletableFuture<>());
        next.add("placed");
        assertThat(said.poll(30, SECONDS)).isEqualTo("placed");
        // Three times what is usual, by calls that end at it.
        for (var i = 0; i < 3; i++) {
            assertThat(refused("forever").getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        }
        next.add("confirmed");

        assertThat(said.poll(30, SECONDS)).isEqualTo("confirmed");
        assertThat(interrupted).isNotDone();
        call.cancel("seen enough", null);
        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        assertThat(heard.opened).as("calls with a budget").hasSize(3);
    }

    @Test
    void streamEndsAtItsCallersDeadlineHoweverLongThatIs() throws Exception {
        var told = new CompletableFuture<Long>();
        serve((_, answer) -> {
            told.complete(left());
            answer.onCompleted();
        });

        watch(within(Duration.ofMinutes(10)), new LinkedBlockingQueue<>(), new CompletableFuture<>());

        assertThat(told.get(30, SECONDS)).isGreaterThan(500_000);
    }

    @Test
    void methodThatIsNoWorkIsNotBounded() {
        serve((_, answer) -> answer(
                answer,
                Context.current().getDeadline() + " "
                        + DeadlineScope.current()
                                .orElseThrow()
                                .deadline()
                                .remaining()
                                .compareTo(Duration.ofDays(10_000))));

        assertThat(ask(wire.connect(), CHECK, CallOptions.DEFAULT, "")).isEqualTo("null 1");
        assertThat(heard.opened).isEmpty();
    }

    @Test
    void whatTidiesUpAfterTheCallerLeftIsNotInterrupted() throws Exception {
        var begun = new CountDownLatch(1);
        var tidied = new CompletableFuture<String>();
        serve((_, answer) -> {
            ((ServerCallStreamObserver<String>) answer)
                    .setOnCancelHandler(() -> tidied.complete(DeadlineScope.current()
                                    .orElseThrow()
                                    .name() + " " + Thread.currentThread().isInterrupted()));
            begun.countDown();
        });

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, CallOptions.DEFAULT), "");
        assertThat(begun.await(30, SECONDS)).isTrue();
        call.cancel(true);

        assertThat(tidied.get(30, SECONDS)).isEqualTo("grpc-tidying false");
    }

    @Test
    void handlerThatAnswersLaterIsClosedWhenItHasAnswered() throws Exception {
        var later = new CompletableFuture<StreamObserver<String>>();
        serve((_, answer) -> later.complete(answer));

        var call = ClientCalls.futureUnaryCall(wire.connect().newCall(ASK, CallOptions.DEFAULT), "");
        var answer = later.get(30, SECONDS);
        assertThat(heard.closed).isEmpty();
        answer(answer, "later");

        assertThat(call.get(30, SECONDS)).isEqualTo("later");
        await().untilAsserted(() -> assertThat(heard.closed).hasSize(1));
    }

    @Test
    void everyCallIsClosedOnce() {
        serve((_, answer) -> answer(answer, "done"));

        for (var i = 0; i < 100; i++) {
            ask(CallOptions.DEFAULT);
        }

        await().untilAsserted(() -> assertThat(heard.closed).hasSize(100));
        assertThat(heard.opened).hasSize(100);
        assertThat(heard.stopped).isEmpty();
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        serve((_, _) -> {});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CallBudgets(Duration.ZERO, Duration.ofSeconds(1), List.of()))
                .withMessageContaining("most must be more than zero")
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CallBudgets(Duration.ofSeconds(1), Duration.ofSeconds(2), List.of()))
                .withMessageContaining("usual must be")
                .withMessageContaining("PT2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CallBudgets(LONG, Duration.ofSeconds(2), List.of("*/Check")))
                .withMessageContaining("\"*/Check\"");
    }

    private void serve(Wire.Handler handler) {
        serve(usually(Duration.ofSeconds(5)), handler);
    }

    private void serve(CallBudgets budgets, Wire.Handler handler) {
        wire = new Wire(transport, interceptor(budgets), (question, answer) -> {
            if (question.equals("forever")) {
                new CountDownLatch(1).await();
            }
            handler.handle(question, answer);
        });
    }

    private DeadlineServerInterceptor interceptor() {
        return interceptor(usually(Duration.ofSeconds(5)));
    }

    private DeadlineServerInterceptor interceptor(CallBudgets budgets) {
        return new DeadlineServerInterceptor(budgets, heard);
    }

    private static CallBudgets usually(Duration usual) {
        return new CallBudgets(Duration.ofSeconds(30), usual, List.of("grpc.health.v1.Health/*"));
    }

    private static CallOptions within(Duration deadline) {
        return CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), MILLISECONDS);
    }

    private String ask(CallOptions options) {
        return ask(channel(), ASK, options, "");
    }

    private static String ask(
            Channel channel, MethodDescriptor<String, String> method, CallOptions options, String question) {
        return ClientCalls.blockingUnaryCall(channel, method, options, question);
    }

    private Status refused(CallOptions options) {
        return refused(channel(), ASK, options, "");
    }

    private Status refused(String question) {
        return refused(channel(), ASK, CallOptions.DEFAULT, question);
    }

    private static Status refused(
            Channel channel, MethodDescriptor<String, String> method, CallOptions options, String question) {
        try {
            throw new AssertionError("answered " + ask(channel, method, options, question));
        } catch (StatusRuntimeException refusal) {
            return refusal.getStatus();
        }
    }

    private Channel channel() {
        return wire.channel();
    }

    private ClientCall<String, String> watch(
            CallOptions options, BlockingQueue<String> said, CompletableFuture<Status> ended) {
        var call = channel().newCall(WATCH, options);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(String message) {
                        said.add(message);
                        call.request(1);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.complete(status);
                    }
                },
                new Metadata());
        call.sendMessage("");
        call.halfClose();
        call.request(1);
        return call;
    }

    private static long left() {
        return DeadlineScope.current().orElseThrow().deadline().remaining().toMillis();
    }

    private static long contextsLeft() {
        return Context.current().getDeadline().timeRemaining(MILLISECONDS);
    }

    private static Offset<Long> withinMillis(long millis) {
        return Offset.offset(millis);
    }

    private static void waitForEver(CompletableFuture<Ending> interrupted) throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.complete(DeadlineScope.current().orElseThrow().ending().orElseThrow());
            throw e;
        }
    }

    private static boolean untilTheEnd() {
        var deadline = Deadline.after(Duration.ofSeconds(30));
        while (!DeadlineScope.current().orElseThrow().isOver() && !deadline.hasPassed()) {
            Thread.onSpinWait();
        }
        return true;
    }

    private static void runAll(BlockingQueue<Runnable> tasks) throws InterruptedException {
        for (var task = tasks.poll(1, SECONDS); task != null; task = tasks.poll(100, MILLISECONDS)) {
            task.run();
        }
    }

    private static void runUntil(BlockingQueue<Runnable> tasks, BooleanSupplier done)
            throws InterruptedException {
        var deadline = Deadline.after(Duration.ofSeconds(30));
        while (!done.getAsBoolean() && !deadline.hasPassed()) {
            var task = tasks.poll(10, MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
    }
}
