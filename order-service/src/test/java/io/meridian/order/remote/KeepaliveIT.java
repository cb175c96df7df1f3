package io.meridian.order.remote;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.FileSystemResource;

/** The two ends of a connection agree on how it is kept. */
class KeepaliveIT {

    private static final int PING = 6;
    private static final int GOAWAY = 7;

    @ParameterizedTest
    @ValueSource(strings = {"order", "inventory", "payment"})
    void everyServerAllowsThePingsOfItsClients(String service) throws IOException {
        var server = settings(service);
        var client = settings("order");

        for (var channel : List.of("inventory", "payment")) {
            var settings = "spring.grpc.client.channel." + channel + ".keepalive.";
            var every = duration(client, settings + "time");
            assertThat(duration(server, "spring.grpc.server.keepalive.permit.time")).isLessThan(every);
            assertThat(bool(client, settings + "without-calls")).isTrue();
            assertThat(bool(server, "spring.grpc.server.keepalive.permit.without-calls")).isTrue();
            // grpc-java raises what is below
            assertThat(every).isGreaterThanOrEqualTo(ofSeconds(10));
        }
        assertThat(duration(server, "spring.grpc.server.keepalive.connection.max-age"))
                .isGreaterThan(duration(server, "spring.grpc.server.keepalive.connection.grace-period"));
    }

    @Test
    void pingsThatAreAllowedWithoutCallsDoNotEndTheConnection() throws Exception {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .permitKeepAliveTime(0, MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
        try {
            assertThat(pinged(server.getPort(), 20)).isEqualTo("20 answers");
        } finally {
            server.shutdownNow().awaitTermination(30, SECONDS);
        }
    }

    @Test
    void pingsThatAreNotAllowedEndIt() throws Exception {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .permitKeepAliveTime(5, MINUTES) // as it is without a setting
                .build()
                .start();
        try {
            assertThat(pinged(server.getPort(), 20)).isEqualTo("too_many_pings");
        } finally {
            server.shutdownNow().awaitTermination(30, SECONDS);
        }
    }

    @Test
    void callsSurviveTheEndOfConnectionsThatAreOldEnough() throws Exception {
        var ended = new AtomicInteger();
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .maxConnectionAge(1, SECONDS) // grpc-java allows no less
                .maxConnectionAgeGrace(30, SECONDS)
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public void transportTerminated(Attributes attributes) {
                        ended.incrementAndGet();
                    }
                })
                .addService(new InventoryServiceGrpc.InventoryServiceImplBase() {
                    @Override
                    public void hold(HoldRequest request, StreamObserver<HoldResponse> answer) {
                        answer.onNext(HoldResponse.getDefaultInstance());
                        answer.onCompleted();
                    }
                })
                .build()
                .start();
        var channel = Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
                .defaultLoadBalancingPolicy("round_robin")
                .build();
        try {
            var stub = InventoryServiceGrpc.newBlockingStub(channel);
            var giveUp = System.nanoTime() + ofSeconds(60).toNanos();
            while (ended.get() < 2 && System.nanoTime() < giveUp) {
                var _ = stub.withDeadlineAfter(30, SECONDS).hold(HoldRequest.getDefaultInstance());
            }

            assertThat(ended).hasValueGreaterThanOrEqualTo(2);
        } finally {
            channel.shutdownNow().awaitTermination(30, SECONDS);
            server.shutdownNow().awaitTermination(30, SECONDS);
        }
    }

    /** Speaks HTTP/2 as far as needed: the preface, then pings, each after the answer to the one before. */
    private static String pinged(int port, int times) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
            var in = new DataInputStream(socket.getInputStream());
            var answers = 0;
            out.write(ping());
            while (true) {
                var length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                var type = in.readUnsignedByte();
                var isAnswer = in.readUnsignedByte() == 1;
                in.readInt();
                var payload = in.readNBytes(length);
                if (type == GOAWAY) {
                    return new String(payload, 8, length - 8, StandardCharsets.US_ASCII);
                }
                if (type == PING && isAnswer) {
                    if (++answers == times) {
                        return answers + " answers";
                    }
                    out.write(ping());
                }
            }
        }
    }

    private static byte[] ping() {
        return new byte[] {0, 0, 8, PING, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    }

    private static Binder settings(String service) throws IOException {
        var sources = new MutablePropertySources();
        new YamlPropertySourceLoader()
                .load(service, new FileSystemResource("../" + service + "-service/src/main/resources/application.yaml"))
                .forEach(sources::addLast);
        return new Binder(ConfigurationPropertySources.from(sources));
    }

    private static Duration duration(Binder settings, String name) {
        return settings.bind(name, Duration.class).get();
    }

    private static boolean bool(Binder settings, String name) {
        return settings.bind(name, Boolean.class).get();
    }
}
