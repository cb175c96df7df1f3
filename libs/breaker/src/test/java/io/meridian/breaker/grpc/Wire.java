package io.meridian.breaker.grpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;

/** A server in this process, of one service whose methods take a text and answer texts. */
final class Wire implements AutoCloseable {

    private static final String SERVICE = "stock.v1.Stock";

    static final MethodDescriptor<String, String> HOLD = method(MethodType.UNARY, "Hold");
    static final MethodDescriptor<String, String> RELEASE = method(MethodType.UNARY, "Release");
    static final MethodDescriptor<String, String> GET = method(MethodType.UNARY, "GetProduct");
    static final MethodDescriptor<String, String> WATCH = method(MethodType.SERVER_STREAMING, "Watch");

    /** Whatever the server does. */
    @FunctionalInterface
    interface Handler {
        void handle(String question, StreamObserver<String> answer) throws Exception;
    }

    private final String name = UUID.randomUUID().toString();
    private final Server server;
    private final ManagedChannel channel;

    Wire(ServerInterceptor interceptor, Handler handler, ClientInterceptor... client) {
        var methods = ServerServiceDefinition.builder(SERVICE);
        for (var unary : List.of(HOLD, RELEASE, GET)) {
            methods.addMethod(unary, ServerCalls.asyncUnaryCall((question, answer) -> handle(handler, question, answer)));
        }
        methods.addMethod(
                WATCH, ServerCalls.asyncServerStreamingCall((question, answer) -> handle(handler, question, answer)));
        try {
            server = InProcessServerBuilder.forName(name)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .addService(ServerInterceptors.intercept(methods.build(), interceptor))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).intercept(client).build();
    }

    Channel channel() {
        return channel;
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private static void handle(Handler handler, String question, StreamObserver<String> answer) {
        try {
            handler.handle(question, answer);
        } catch (Exception e) {
            answer.onError(e);
        }
    }

    private static MethodDescriptor<String, String> method(MethodType type, String name) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(SERVICE + '/' + name)
                .setRequestMarshaller(new Texts())
                .setResponseMarshaller(new Texts())
                .build();
    }

    private static final class Texts implements MethodDescriptor.Marshaller<String> {

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
