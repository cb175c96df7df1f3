package io.meridian.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcIT extends GatewayFixture {

    private static final Metadata.Key<String> REASON = Metadata.Key.of("x-reason", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> DETAILS = Metadata.Key.of("x-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow().awaitTermination(30, SECONDS);
    }

    @Test
    void callPassesWithItsMetadataAndItsDeadline() {
        var sent = new Metadata();
        sent.put(REASON, "because");
        sent.put(Metadata.Key.of("x-canary", Metadata.ASCII_STRING_MARSHALLER), "forged");

        var answer = ClientCalls.blockingUnaryCall(
                io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(sent)),
                FakeGrpc.GET_ORDER,
                CallOptions.DEFAULT.withDeadlineAfter(60, SECONDS),
                "0195");

        assertThat(answer).isEqualTo("echo 0195");
        assertThat(grpc.asked.getFirst().get(REASON)).isEqualTo("because");
        assertThat(grpc.asked.getFirst().keys()).doesNotContain("x-canary").contains("traceparent");
        assertThat(grpc.deadlines.getFirst().timeRemaining(SECONDS)).isBetween(0L, 60L);
    }

    @Test
    void statusOfTheServicePassesWithItsWordsAndTrailers() {
        grpc.getOrder = (_, answer) -> {
            var trailers = new Metadata();
            trailers.put(REASON, "no-such-order");
            trailers.put(DETAILS, new byte[] {1, 2, 3});
            answer.onError(Status.NOT_FOUND.withDescription("No such order: größer").asRuntimeException(trailers));
        };

        var refused = refused(FakeGrpc.GET_ORDER);

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.getStatus().getDescription()).isEqualTo("No such order: größer");
        var trailers = Objects.requireNonNull(refused.getTrailers());
        assertThat(trailers.get(REASON)).isEqualTo("no-such-order");
        assertThat(trailers.get(DETAILS)).containsExactly(1, 2, 3);
    }

    @Test
    void statusAfterSomeMessagesPasses() {
        grpc.watchOrder = (_, answer) -> {
            answer.onNext("first");
            answer.onError(Status.ABORTED.withDescription("enough").asRuntimeException());
        };
        var received = new Received();

        ClientCalls.asyncServerStreamingCall(channel.newCall(FakeGrpc.WATCH_ORDER, CallOptions.DEFAULT), "0195", received);

        assertThat(received.next()).isEqualTo("first");
        assertThat(received.next()).isEqualTo(Status.ABORTED.withDescription("enough").toString());
    }

    @Test
    void messagesOfAStreamPassOneByOne() throws InterruptedException {
        BlockingQueue<StreamObserver<String>> service = new LinkedBlockingQueue<>();
        grpc.watchOrder = (_, answer) -> service.add(answer);
        var received = new Received();

        ClientCalls.asyncServerStreamingCall(channel.newCall(FakeGrpc.WATCH_ORDER, CallOptions.DEFAULT), "0195", received);
        var answer = Objects.requireNonNull(service.poll(30, SECONDS));
        for (var message : List.of("one", "two", "three")) {
            answer.onNext(message);
            assertThat(received.next()).isEqualTo(message);
        }
        answer.onCompleted();

        assertThat(received.next()).isEqualTo("completed");
    }

    @Test
    void callerWhoCancelsEndsTheCallBehind() throws InterruptedException {
        grpc.watchOrder = (_, answer) -> answer.onNext("one");
        var received = new Received();
        ClientCalls.asyncServerStreamingCall(channel.newCall(FakeGrpc.WATCH_ORDER, CallOptions.DEFAULT), "0195", received);
        assertThat(received.next()).isEqualTo("one");

        received.cancel();

        assertThat(grpc.cancelled.await(30, SECONDS)).isTrue();
    }

    @Test
    void bothSidesMayTalkInTurn() {
        var received = new Received();
        var sending = ClientCalls.asyncBidiStreamingCall(channel.newCall(FakeGrpc.REFLECT, CallOptions.DEFAULT), received);

        for (var question : List.of("a", "b")) {
            sending.onNext(question);
            assertThat(received.next()).isEqualTo("echo " + question);
        }
        sending.onCompleted();

        assertThat(received.next()).isEqualTo("completed");
    }

    @Test
    void manyCallsShareAConnection() {
        for (var call = 0; call < 200; call++) {
            assertThat(ClientCalls.blockingUnaryCall(channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT, "" + call))
                    .isEqualTo("echo " + call);
        }
    }

    @Test
    void unknownServiceIsUnimplemented() {
        var method = FakeGrpc.GET_ORDER.toBuilder().setFullMethodName("payment.v1.PaymentService/Authorise").build();

        assertThat(refused(method).getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(grpc.asked).isEmpty();
    }

    @Test
    void deadServiceIsUnavailableAndUsedAgainWhenItIsBack() throws InterruptedException {
        grpc.stop();
        var refused = refused(FakeGrpc.GET_ORDER);
        grpc.start();

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.getStatus().getDescription()).isEqualTo("The service behind this path did not answer.");
        assertThat(ClientCalls.blockingUnaryCall(channel, FakeGrpc.GET_ORDER, CallOptions.DEFAULT, "x")).isEqualTo("echo x");
    }

    @Test
    void serviceThatDoesNotAnswerIsADeadlineThatPassed() {
        grpc.getOrder = (_, _) -> {};

        assertThat(refused(FakeGrpc.GET_ORDER).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    private StatusRuntimeException refused(MethodDescriptor<String, String> method) {
        var thrown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        channel, method, CallOptions.DEFAULT.withDeadlineAfter(30, SECONDS), "0195"));
        return Objects.requireNonNull(thrown, "the call was answered");
    }

    /** What came, in order, ends included. */
    private static final class Received implements ClientResponseObserver<String, String> {

        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private volatile @Nullable ClientCallStreamObserver<String> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<String> call) {
            this.call = call;
        }

        @Override
        public void onNext(String message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable thrown) {
            messages.add(Status.fromThrowable(thrown).toString());
        }

        @Override
        public void onCompleted() {
            messages.add("completed");
        }

        void cancel() {
            Objects.requireNonNull(call).cancel("no longer wanted", null);
        }

        String next() {
            try {
                return Objects.requireNonNull(messages.poll(30, TimeUnit.SECONDS), "nothing came");
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }
    }
}
