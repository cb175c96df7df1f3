package io.meridian.gateway;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An order service over gRPC that is made up; its messages are plain text. */
final class FakeGrpc {

    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException cut) {
                throw new UncheckedIOException(cut);
            }
        }
    };

    static final MethodDescriptor<String, String> GET_ORDER = method("order.v1.OrderService/GetOrder", MethodType.UNARY);
    static final MethodDescriptor<String, String> WATCH_ORDER =
            method("order.v1.OrderService/WatchOrder", MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> REFLECT =
            method("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", MethodType.BIDI_STREAMING);

    final List<Metadata> asked = new CopyOnWriteArrayList<>();
    final List<Deadline> deadlines = new CopyOnWriteArrayList<>();
    volatile CountDownLatch cancelled = new CountDownLatch(1);
    volatile BiConsumer<String, StreamObserver<String>> getOrder = FakeGrpc::echo;
    volatile BiConsumer<String, StreamObserver<String>> watchOrder = FakeGrpc::echo;
    private @Nullable Server server;
    private int port;

    static FakeGrpc started() {
        var service = new FakeGrpc();
        service.start();
        return service;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void forget() {
        asked.clear();
        deadlines.clear();
        cancelled = new CountDownLatch(1);
        getOrder = FakeGrpc::echo;
        watchOrder = FakeGrpc::echo;
        start();
    }

    void start() {
        if (server != null) {
            return;
        }
        var orders = ServerServiceDefinition.builder("order.v1.OrderService")
                .addMethod(GET_ORDER, ServerCalls.asyncUnaryCall((id, answer) -> getOrder.accept(id, answer)))
                .addMethod(WATCH_ORDER, ServerCalls.asyncServerStreamingCall((id, answer) -> {
                    ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(() -> cancelled.countDown());
                    watchOrder.accept(id, answer);
                }))
                .build();
        var reflection = ServerServiceDefinition.builder("grpc.reflection.v1.ServerReflection")
                .addMethod(REFLECT, ServerCalls.asyncBidiStreamingCall(FakeGrpc::echoing))
                .build();
        try {
            var started = NettyServerBuilder.forAddress(
                            new InetSocketAddress("127.0.0.1", port), InsecureServerCredentials.create())
                    .addService(ServerInterceptors.intercept(orders, new Remembering()))
                    .addService(reflection)
                    .build()
                    .start();
            port = started.getPort();
            server = started;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    void stop() throws InterruptedException {
        var running = server;
        if (running != null) {
            running.shutdownNow().awaitTermination();
            server = null;
        }
    }

    private static void echo(String message, StreamObserver<String> answer) {
        answer.onNext("echo " + message);
        answer.onCompleted();
    }

    private static StreamObserver<String> echoing(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                answer.onNext("echo " + message);
            }

            @Override
            public void onError(Throwable gone) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(TEXT, TEXT)
                .setFullMethodName(name)
                .setType(type)
                .build();
    }

    private final class Remembering implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            asked.add(headers);
            var deadline = Context.current().getDeadline();
            if (deadline != null) {
                deadlines.add(deadline);
            }
            return next.startCall(call, headers);
        }
    }
}
