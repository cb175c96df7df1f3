package io.meridian.deadline.grpc;

import static io.meridian.deadline.grpc.Wire.ASK;
import static io.meridian.deadline.grpc.Wire.WATCH;
import static io.meridian.deadline.grpc.Wire.answer;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
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
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.Stage;
import io.meridian.deadline.grpc.Wire.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class DeadlineClientInterceptorTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Transport transport;
    private final Heard heard = new Heard();
    private final Hops hops = new Hops(
            name -> new Hop(name, Duration.ofSeconds(30), Duration.ofMillis(10), Reserve.USUAL));
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, heard);
    private final List<Wire> wires = new CopyOnWriteArrayList<>();

    DeadlineClientInterceptorTest(Transport transport) {
        this.transport = transport;
    }

    @AfterEach
    void hangUp() throws InterruptedException {
        for (var wire : wires) {
            wire.close();
        }
    }

    @Test
    void callHasWhatIsLeftLessTheReserve() {
        var channel = connect(serve((_, answer) -> answer(answer, "" + left())));

        var told = within(Duration.ofSeconds(2), () -> ask(channel, CallOptions.DEFAULT));

        assertThat(Long.parseLong(told)).isBetween(500L, 1_950L);
        assertThat(heard.granted).singleElement().satisfies(it -> {
            assertThat(it.hop()).isEqualTo("inventory");
            assertThat(it.granted().plus(it.reserved())).isLessThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(it.reserved()).isBetween(Duration.ofMillis(5), Duration.ofMillis(50));
        });
        assertThat(heard.returned)
                .singleElement()
                .satisfies(it -> assertThat(it.used()).isPositive().isLessThan(Duration.ofSeconds(2)));
    }

    @Test
    void interceptorsFurtherInLearnWhatACallWasGranted() {
        var wire = serve((_, answer) -> answer(answer, "done"));
        var seen = new CopyOnWriteArrayList<Optional<Hop.Budget.Granted>>();
        var inner = ClientInterceptors.intercept(wire.channel(), new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                seen.add(Optional.ofNullable(options.getOption(DeadlineClientInterceptor.GRANTED)));
                return next.newCall(method, options);
            }
        });
        var channel = ClientInterceptors.intercept(inner, new DeadlineClientInterceptor(hops, heard, missing));

        within(Duration.ofSeconds(20), () -> ask(channel, CallOptions.DEFAULT.withDeadlineAfter(10, SECONDS)));
        ask(channel, CallOptions.DEFAULT);

        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst()).hasValueSatisfying(it -> {
            assertThat(it.deadline().budget()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
            assertThat(it.reserved()).isEqualTo(heard.granted.getFirst().reserved());
        });
        assertThat(seen.getLast()).isEmpty();
    }

    @Test
    void callIsGivenNoMoreThanTheHopsCap() {
        var channel = connect(serve((_, answer) -> answer(answer, "" + left())));

        var told = within(Duration.ofMinutes(10), () -> ask(channel, CallOptions.DEFAULT));

        assertThat(Long.parseLong(told)).isBetween(20_000L, 30_000L);
    }

    @Test
    void deadlineThatACallHasStaysIfItIsSooner() {
        var channel = connect(serve((_, answer) -> answer(answer, "" + left())));

        var sooner = within(LONG, () -> ask(channel, CallOptions.DEFAULT.withDeadlineAfter(4_000, MILLISECONDS)));
        var later = within(Duration.ofSeconds(2), () -> ask(channel, CallOptions.DEFAULT.withDeadlineAfter(1, SECONDS)
                .withDeadlineAfter(60, SECONDS)));

        assertThat(Long.parseLong(sooner)).isBetween(2_000L, 4_000L);
        assertThat(Long.parseLong(later)).isBetween(500L, 1_950L);
        assertThat(heard.granted.getFirst().granted()).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void eachHopHasLessThanTheOneBefore() {
        var lefts = new CopyOnWriteArrayList<Duration>();
        var third = connect(serve((_, answer) -> {
            lefts.add(scope().deadline().budget());
            answer(answer, "third");
        }));
        var second = connect(serve((_, answer) -> {
            lefts.add(scope().deadline().budget());
            answer(answer, ask(third, CallOptions.DEFAULT));
        }));
        var first = connect(serve((_, answer) -> {
            lefts.add(scope().deadline().budget());
            answer(answer, ask(second, CallOptions.DEFAULT));
        }));

        var told = within(Duration.ofSeconds(10), () -> ask(first, CallOptions.DEFAULT));

        assertThat(told).isEqualTo("third");
        assertThat(lefts).hasSize(3);
        assertThat(lefts.get(0)).isLessThan(Duration.ofSeconds(10));
        assertThat(lefts.get(1)).isLessThan(lefts.get(0).minusMillis(5));
        assertThat(lefts.get(2)).isLessThan(lefts.get(1).minusMillis(5));
    }

    @Test
    void callWithTooLittleLeftIsNotMade() {
        var wire = serve((_, answer) -> answer(answer, "done"));
        var channel = connect(wire);

        var status = within(Duration.ofMillis(12), () -> refused(channel, CallOptions.DEFAULT));

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(status.getDescription()).matches("inventory was not called: [0-9.]+ ms are left for it, and it needs 10 ms");
        assertThat(heard.refusedBeforeDispatch).containsExactly("inventory");
        assertThat(heard.granted).isEmpty();
        assertThat(wire.handled).hasValue(0);
        // The same with enough, so that it is not the wire.
        assertThat(within(LONG, () -> ask(channel, CallOptions.DEFAULT))).isEqualTo("done");
        assertThat(wire.handled).hasValue(1);
    }

    @Test
    void callForACallerWhoIsGoneIsNotMade() {
        var wire = serve((_, answer) -> answer(answer, "done"));
        var channel = connect(wire);

        var scope = DeadlineScope.root("test", Deadline.after(LONG));
        scope.cancel();
        var status = scope.call(() -> refused(channel, CallOptions.DEFAULT));

        assertThat(status.getCode()).isEqualTo(Code.CANCELLED);
        assertThat(heard.stopped).containsExactly("CALL CALLER_GONE");
        assertThat(wire.handled).hasValue(0);
    }

    @Test
    void callIsGivenUpBeforeItsScopeEnds() throws Exception {
        var interrupted = new CompletableFuture<Ending>();
        var channel = connect(serve((_, _) -> waitForEver(new CountDownLatch(1), interrupted)));

        var status = within(Duration.ofSeconds(3), () -> refused(channel, CallOptions.DEFAULT));

        assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(interrupted.get(30, SECONDS)).isNotNull();
        assertThat(heard.stopped).containsExactly("CALL EXPIRED");
        assertThat(heard.granted)
                .singleElement()
                .satisfies(it -> assertThat(it.granted()).isLessThan(Duration.ofMillis(3_000 - 11)));
    }

    @Test
    void blockingCallIsCancelledWithItsScope() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Ending>();
        var channel = connect(serve((_, _) -> waitForEver(begun, interrupted)));
        var scope = DeadlineScope.root("test", Deadline.after(LONG));
        var status = new CompletableFuture<Code>();

        Thread.ofVirtual()
                .start(() -> scope.run(
                        () -> status.complete(refused(channel, CallOptions.DEFAULT).getCode())));
        assertThat(begun.await(30, SECONDS)).isTrue();
        scope.cancel();

        assertThat(status.get(30, SECONDS)).isEqualTo(Code.CANCELLED);
        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        await().untilAsserted(() -> assertThat(heard.stopped).contains("CALL CALLER_GONE"));
    }

    @Test
    void callThatNoThreadWaitsForIsCancelledWithItsScope() throws Exception {
        var begun = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Ending>();
        var channel = connect(serve((_, _) -> waitForEver(begun, interrupted)));
        var scope = DeadlineScope.root("test", Deadline.after(LONG));

        var call = scope.call(() -> ClientCalls.futureUnaryCall(channel.newCall(ASK, CallOptions.DEFAULT), ""));
        assertThat(begun.await(30, SECONDS)).isTrue();
        assertThat(call).isNotDone();
        scope.cancel();

        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        assertThat(call).failsWithin(LONG);
    }

    @Test
    void streamIsBoundByItsScopeAndNotByTheCap() throws Exception {
        var lefts = new CompletableFuture<Long>();
        var interrupted = new CompletableFuture<Ending>();
        var channel = connect(serve((_, _) -> {
            lefts.complete(left());
            waitForEver(new CountDownLatch(1), interrupted);
        }));
        var scope = DeadlineScope.root("test", Deadline.after(Duration.ofMinutes(10)));

        var items = scope.call(
                () -> ClientCalls.blockingServerStreamingCall(channel, WATCH, CallOptions.DEFAULT, ""));
        assertThat(lefts.get(30, SECONDS)).isGreaterThan(500_000);
        scope.cancel();

        assertThat(interrupted.get(30, SECONDS)).isEqualTo(Ending.CALLER_GONE);
        assertThat(items).isNotNull();
    }

    @Test
    void streamOfAStreamHasNoDeadlineEither() throws Exception {
        var deadline = new CompletableFuture<String>();
        var last = connect(serve((_, answer) -> {
            deadline.complete("" + Context.current().getDeadline());
            answer(answer, "last");
        }));
        var first = connect(serve((_, answer) -> ClientCalls.blockingServerStreamingCall(
                        last, WATCH, CallOptions.DEFAULT, "")
                .forEachRemaining(answer::onNext)));

        var items = ClientCalls.blockingServerStreamingCall(first, WATCH, CallOptions.DEFAULT, "");

        assertThat(items.next()).isEqualTo("last");
        assertThat(deadline.get(30, SECONDS)).isEqualTo("null");
        assertThat(heard.granted).isEmpty();
    }

    @Test
    void workDetachedFromACallMakesItsCallsThoughThatCallIsGone() throws Exception {
        var stock = connect(serve((question, answer) -> answer(answer, "released " + question)));
        var detached = new CompletableFuture<String>();
        var attached = new CompletableFuture<Code>();
        var begun = new CompletableFuture<DeadlineScope>();
        var order = connect(serve((_, _) -> {
            begun.complete(scope());
            try {
                new CountDownLatch(1).await();
            } finally {
                attached.complete(refused(stock, CallOptions.DEFAULT).getCode());
                detached.complete(DeadlineScope.detached("give back", LONG, () -> {
                    assertThat(Context.current().isCancelled()).isTrue();
                    return ask(stock, CallOptions.DEFAULT);
                }));
            }
        }));

        var call = ClientCalls.futureUnaryCall(order.newCall(ASK, CallOptions.DEFAULT), "");
        var callers = begun.get(30, SECONDS);
        assertThat(callers.isOver()).isFalse();
        call.cancel(true);

        assertThat(attached.get(30, SECONDS)).isEqualTo(Code.CANCELLED);
        assertThat(detached.get(30, SECONDS)).isEqualTo("released ");
    }

    @Test
    void callOutsideAnyScopeIsMadeAndCounted() {
        missing.watch();
        var channel = connect(serve((_, answer) -> answer(answer, "" + (left() > 4_000 && left() <= 5_000))));

        assertThat(ask(channel, CallOptions.DEFAULT)).isEqualTo("true");

        assertThat(heard.missing).containsExactly(Stage.CALL);
        assertThat(heard.granted).isEmpty();
    }

    @Test
    void callOutsideAnyScopeIsRefusedWhereThatIsWanted() {
        var strict = new MissingDeadline(MissingDeadline.Policy.REFUSE, heard);
        strict.watch();
        var wire = serve((_, answer) -> answer(answer, "done"));
        var channel = wire.connect(new DeadlineClientInterceptor(hops, heard, strict));

        assertThatIllegalStateException().isThrownBy(() -> ask(channel, CallOptions.DEFAULT));
        assertThat(wire.handled).hasValue(0);
    }

    @Test
    void hopLearnsTheWayFromTheTimeTheServerHadTheCall() {
        var channel = connect(serve((_, answer) -> answer(answer, "done")));

        within(LONG, () -> ask(channel, CallOptions.DEFAULT));

        assertThat(hops.to(ASK).oneWay()).isPositive();
    }

    @Test
    void hopLearnsNothingFromAServerThatDoesNotSay() {
        var silent = new Wire(transport, new NoInterceptor(), (_, answer) -> answer(answer, "done"));
        wires.add(silent);

        within(LONG, () -> ask(connect(silent), CallOptions.DEFAULT));

        assertThat(hops.to(ASK).oneWay()).isZero();
        assertThat(heard.returned).hasSize(1);
    }

    private Wire serve(Wire.Handler handler) {
        var budgets = new CallBudgets(Duration.ofMinutes(1), Duration.ofSeconds(5), List.of());
        var wire = new Wire(transport, new DeadlineServerInterceptor(budgets, new Heard()), handler);
        wires.add(wire);
        return wire;
    }

    private Channel connect(Wire wire) {
        return wire.connect(new DeadlineClientInterceptor(hops, heard, missing));
    }

    private static <R> R within(Duration budget, ScopedValue.CallableOp<R, RuntimeException> work) {
        return DeadlineScope.root("test", Deadline.after(budget)).call(work);
    }

    private static DeadlineScope scope() {
        return DeadlineScope.current().orElseThrow();
    }

    private static long left() {
        return scope().deadline().remaining().toMillis();
    }

    private static String ask(Channel channel, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, ASK, options, "");
    }

    private static Status refused(Channel channel, CallOptions options) {
        try {
            throw new AssertionError("answered " + ask(channel, options));
        } catch (StatusRuntimeException refusal) {
            return refusal.getStatus();
        }
    }

    private static void waitForEver(CountDownLatch begun, CompletableFuture<Ending> interrupted)
            throws InterruptedException {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.complete(scope().ending().orElseThrow());
            throw e;
        }
    }

    private static final class NoInterceptor implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return next.startCall(call, headers);
        }
    }
}
