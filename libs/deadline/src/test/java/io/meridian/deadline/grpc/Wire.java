package io.meridian.deadline.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server and the way to it. Its methods take a text and answer texts; all are handled by the one handler. */
final class Wire implements AutoCloseable {

    static final MethodDescriptor<String, String> ASK = method(MethodType.UNARY, "inventory.v1.InventoryService/Hold");
    static final MethodDescriptor<String, String> WATCH =
            method(MethodType.SERVER_STREAMING, "inventory.v1.InventoryService/Watch");
    static final MethodDescriptor<String, String> CHECK = method(MethodType.UNARY, "grpc.health.v1.Health/Check");

    /** How the two ends are connected. */
    enum Transport {
        MEMORY,
        SOCKET
    }

    /** Whatever the server does. */
    @FunctionalInterface
    interface Handler {
        void handle(String question, StreamObserver<String> answer) throws Exception;
    }

    /** How often the handler was called. */
    final AtomicInteger handled = new AtomicInteger();

    private final Transport transport;
    private final String name = UUID.randomUUID().toString();
    private final Server server;
    private @Nullable ManagedChannel channel;

    Wire(Transport transport, ServerInterceptor interceptor, Handler handler) {
        this(transport, Executors.newVirtualThreadPerTaskExecutor(), interceptor, handler);
    }

    Wire(Transport transport, Executor threads, ServerInterceptor interceptor, Handler handler) {
        this.transport = transport;
        ServerBuilder<?> builder = switch (transport) {
            case MEMORY -> InProcessServerBuilder.forName(name);
            case SOCKET -> NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        };
        try {
            server = builder.executor(threads)
                    .addService(service("inventory.v1.InventoryService", handler, List.of(ASK, WATCH)))
                    .addService(service("grpc.health.v1.Health", handler, List.of(CHECK)))
                    .intercept(interceptor)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A channel of its own, until the next is asked for. */
    Channel connect(ClientInterceptor... interceptors) {
        hangUp();
        var connected = switch (transport) {
            case MEMORY -> InProcessChannelBuilder.forName(name).intercept(interceptors).build();
            case SOCKET ->
                NettyChannelBuilder.forAddress(server.getListenSockets().getFirst())
                        .usePlaintext()
                        .intercept(interceptors)
                        .build();
        };
        channel = connected;
        return connected;
    }

    /** The channel there is, or one without interceptors. */
    Channel channel() {
        return channel == null ? connect() : channel;
    }

    /** The client goes, and all its calls with it. */
    void hangUp() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() throws InterruptedException {
        hangUp();
        server.shutdownNow();
        server.awaitTermination(30, SECONDS);
    }

    private BindableService service(String name, Handler handler, List<MethodDescriptor<String, String>> methods) {
        return () -> {
            var service = ServerServiceDefinition.builder(name);
            for (var method : methods) {
                service.addMethod(
                        method,
                        method.getType() == MethodType.UNARY
                                ? ServerCalls.asyncUnaryCall((question, answer) -> handle(handler, question, answer))
                                : ServerCalls.asyncServerStreamingCall(
                                        (question, answer) -> handle(handler, question, answer)));
            }
            return service.build();
        };
    }

    private void handle(Handler handler, String question, StreamObserver<String> answer) {
        handled.incrementAndGet();
        try {
            handler.handle(question, answer);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static MethodDescriptor<String, String> method(MethodType type, String name) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    static void answer(StreamObserver<String> answer, String text) {
        answer.onNext(text);
        answer.onCompleted();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
