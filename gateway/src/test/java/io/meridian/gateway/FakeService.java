package io.meridian.gateway;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A service that is made up: it answers as the test says and remembers what it was asked. */
final class FakeService {

    /** One request as it arrived. */
    record Asked(String method, String uri, HttpHeaders headers, String body) {}

    /** How to answer one request. */
    @FunctionalInterface
    interface Answer {
        Publisher<Void> to(HttpServerRequest request, HttpServerResponse response, Asked asked);
    }

    private static final Answer JSON = (_, response, _) -> response.header("content-type", "application/json")
            .header("x-served-by", "fake-service;v7;stable")
            .header("Server-Timing", "fake;dur=1.0")
            .sendString(Mono.just("{\"fake\":true}"));

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile Answer answer = JSON;
    private volatile @Nullable DisposableServer server;
    private int port;

    static FakeService started() {
        var service = new FakeService();
        service.start();
        return service;
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void answers(Answer next) {
        answer = next;
    }

    void answersJson() {
        answer = JSON;
    }

    void forget() {
        asked.clear();
        connections.set(0);
        answersJson();
        start();
    }

    /** On the same port as before; does nothing if it runs. */
    void start() {
        if (server != null) {
            return;
        }
        var started = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .doOnChannelInit((_, channel, _) -> {
                    connections.incrementAndGet();
                    open.add(channel);
                })
                .handle(this::handle)
                .bindNow(Duration.ofSeconds(30));
        port = started.port();
        server = started;
    }

    /** Closes the door and every connection. */
    void stop() {
        var running = server;
        if (running != null) {
            running.disposeNow(Duration.ofSeconds(30));
            open.close().awaitUninterruptibly();
            server = null;
        }
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .map(body -> new String(ByteBufUtil.getBytes(body), StandardCharsets.UTF_8))
                .defaultIfEmpty("")
                .flatMap(body -> {
                    var seen = new Asked(request.method().name(), request.uri(), request.requestHeaders().copy(), body);
                    asked.add(seen);
                    return Mono.from(answer.to(request, response, seen));
                });
    }
}
