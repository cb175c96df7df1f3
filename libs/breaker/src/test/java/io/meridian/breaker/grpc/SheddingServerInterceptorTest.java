package io.meridian.breaker.grpc;

import static io.grpc.stub.ClientCalls.blockingUnaryCall;
import static io.grpc.stub.ClientCalls.futureUnaryCall;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.meridian.breaker.Breaker;
import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.DoorSettings;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Priority;
import io.meridian.breaker.shedding.Visit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SheddingServerInterceptorTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final MethodPriorities PRIORITIES =
            new MethodPriorities(Map.of(Wire.RELEASE.getFullMethodName(), Priority.CRITICAL_PLUS));

    private final ConcurrentLinkedQueue<Importance> handled = new ConcurrentLinkedQueue<>();

    @Test
    void aCallKeepsItsPlaceUntilItIsAnswered() throws Exception {
        var door = door(1, 10);
        var answers = new ConcurrentLinkedQueue<StreamObserver<String>>();
        try (var wire = wire(door, (_, answer) -> answers.add(answer))) {
            var first = futureUnaryCall(wire.channel().newCall(Wire.HOLD, CallOptions.DEFAULT), "1");
            await().atMost(LONG).until(() -> answers.size() == 1);
            var second = futureUnaryCall(wire.channel().newCall(Wire.HOLD, CallOptions.DEFAULT), "2");
            await().atMost(LONG).until(() -> door.load().waiting() == 1);

            answer(answers);
            assertThat(first.get(30, SECONDS)).isEqualTo("done");
            await().atMost(LONG).until(() -> answers.size() == 1);
            assertThat(door.load().working()).isEqualTo(1);
            answer(answers);
            assertThat(second.get(30, SECONDS)).isEqualTo("done");
        }
        await().atMost(LONG).until(() -> door.load().working() == 0);
    }

    @Test
    void aRefusalSaysWhenToComeBackAndReachesNoHandler() {
        var door = door(1, 0);
        try (var wire = wire(door, SheddingServerInterceptorTest::done);
                var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> hold(wire));

            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            var trailers = Objects.requireNonNull(Status.trailersFromThrowable(refusal));
            assertThat(trailers.get(Wire.key("grpc-retry-pushback-ms"))).isEqualTo("1");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void whoLeavesIsOutOfTheQueue() {
        var door = door(1, 10);
        try (var wire = wire(door, SheddingServerInterceptorTest::done);
                var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            var waiting = futureUnaryCall(wire.channel().newCall(Wire.HOLD, CallOptions.DEFAULT), "1");
            await().atMost(LONG).until(() -> door.load().waiting() == 1);

            waiting.cancel(true);

            await().atMost(LONG).until(() -> door.load().waiting() == 0);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void nobodyWaitsBeyondItsDeadline() {
        var door = door(1, 10);
        try (var wire = wire(door, SheddingServerInterceptorTest::done);
                var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            var brief = CallOptions.DEFAULT.withDeadlineAfter(50, MILLISECONDS);

            assertThatThrownBy(() -> blockingUnaryCall(wire.channel(), Wire.HOLD, brief, "1"))
                    .hasMessageContaining("DEADLINE_EXCEEDED");
            await().atMost(LONG).until(() -> door.load().waiting() == 0);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void aHandlerThatGoesOnAfterItsCallerLeftKeepsItsPlace() throws Exception {
        var door = door(1, 10);
        var inside = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var wire = wire(door, (_, answer) -> {
            inside.countDown();
            assertThat(goOn.await(30, SECONDS)).isTrue();
            done("", answer);
        })) {
            var call = futureUnaryCall(wire.channel().newCall(Wire.HOLD, CallOptions.DEFAULT), "1");
            assertThat(inside.await(30, SECONDS)).isTrue();

            call.cancel(true);

            assertThat(door.load().working()).isEqualTo(1);
            goOn.countDown();
            await().atMost(LONG).until(() -> door.load().working() == 0);
        }
    }

    @Test
    void aHandlerThatFailsGivesItsPlaceBack() {
        var door = door(1, 0);
        try (var wire = wire(door, (_, _) -> {
            throw Status.ABORTED.asException();
        })) {
            for (var i = 0; i < 3; i++) {
                assertThatThrownBy(() -> hold(wire)).hasMessageContaining("ABORTED");
                await().atMost(LONG).until(() -> door.load().working() == 0);
            }
        }
    }

    @Test
    void streamsPassWithoutBeingAsked() {
        var door = door(1, 0);
        try (var wire = wire(door, SheddingServerInterceptorTest::done);
                var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            var answers = ClientCalls.blockingServerStreamingCall(wire.channel(), Wire.WATCH, CallOptions.DEFAULT, "1");

            assertThat(answers.next()).isEqualTo("done");
        }
        assertThat(PRIORITIES.of(health())).isEqualTo(Optional.empty());
    }

    @Test
    void theServersTableDecidesAndTheCallerLowers() {
        try (var wire = wire(door(10, 0), SheddingServerInterceptorTest::done)) {
            hold(wire);
            ask(wire, Wire.GET, "critical-plus", "3");
            ask(wire, Wire.HOLD, "sheddable", "3");
            ask(wire, Wire.RELEASE, "sheddable", "nonsense");
        }

        assertThat(handled).containsExactlyElementsOf(List.of(
                Importance.of(Priority.CRITICAL),
                new Importance(Priority.SHEDDABLE_PLUS, 3),
                new Importance(Priority.SHEDDABLE, 3),
                Importance.of(Priority.CRITICAL_PLUS)));
    }

    @Test
    void whatACallIsMadeForIsPassedOnWithItAndStepsOutMeanwhile() {
        var outer = door(1, 0);
        var workingMeanwhile = new AtomicInteger(-1);
        try (var wire = wire(door(10, 0), (question, answer) -> {
                    workingMeanwhile.compareAndSet(-1, outer.load().working());
                    done(question, answer);
                });
                var madeFor = outer.arrive(new Importance(Priority.SHEDDABLE, 7), Breaker.NO_DEADLINE)) {

            assertThat(madeFor.call(() -> hold(wire))).isEqualTo("done");
            assertThat(workingMeanwhile).hasValue(0);
            assertThat(outer.load().working()).isEqualTo(1);
            assertThat(hold(wire)).isEqualTo("done");
        }

        assertThat(handled)
                .containsExactly(new Importance(Priority.SHEDDABLE, 7), Importance.of(Priority.CRITICAL));
    }

    private Wire wire(Doorkeeper door, Wire.Handler handler) {
        return new Wire(
                new SheddingServerInterceptor(door, PRIORITIES),
                (question, answer) -> {
                    Doorkeeper.current().map(Visit::importance).ifPresent(handled::add);
                    handler.handle(question, answer);
                },
                new DoorClientInterceptor());
    }

    /** Nothing is refused for its wait. */
    private static Doorkeeper door(int limit, int queue) {
        return new Doorkeeper(
                new DoorSettings(limit, queue, Duration.ofSeconds(1), Duration.ofSeconds(10)),
                System::nanoTime,
                new SplittableRandom(1),
                DoorListener.NONE);
    }

    private static void done(String question, StreamObserver<String> answer) {
        answer.onNext("done");
        answer.onCompleted();
    }

    private static void answer(ConcurrentLinkedQueue<StreamObserver<String>> answers) {
        done("", answers.remove());
    }

    private static String hold(Wire wire) {
        return blockingUnaryCall(wire.channel(), Wire.HOLD, CallOptions.DEFAULT, "1");
    }

    private static void ask(Wire wire, MethodDescriptor<String, String> method, String priority, String group) {
        var headers = new Metadata();
        headers.put(Wire.key(Importance.PRIORITY_HEADER), priority);
        headers.put(Wire.key(Importance.GROUP_HEADER), group);
        var channel = ClientInterceptors.intercept(
                wire.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
        assertThat(blockingUnaryCall(channel, method, CallOptions.DEFAULT, "1")).isEqualTo("done");
    }

    private static MethodDescriptor<?, ?> health() {
        return Wire.HOLD.toBuilder().setFullMethodName("grpc.health.v1.Health/Check").build();
    }
}
