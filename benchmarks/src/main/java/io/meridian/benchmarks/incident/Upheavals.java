package io.meridian.benchmarks.incident;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Half of the consumers killed at once, and a crowd of clients that leaves at once; each under traffic that goes on. */
final class Upheavals {

    private static final Duration WANTED_RECOVERY = Duration.ofSeconds(30);
    private static final Duration BOUND = Duration.ofSeconds(120);

    private final Addresses addresses;
    private final Consumer<String> report;

    /** @param report is given Markdown, line by line */
    Upheavals(Addresses addresses, Consumer<String> report) {
        this.addresses = addresses;
        this.report = report;
    }

    /** Kills the instances of inventory and payment that {@code platform} has, each a consumer in a group of two, and starts them again. */
    void killConsumers(Platform platform, Supplier<Sample> traffic) {
        var usual = 0L;
        for (var i = 0; i < 10; i++) {
            usual = Math.max(usual, Books.of(addresses).behind());
            RollingRestart.pause(Duration.ofMillis(300));
        }
        var during = CompletableFuture.supplyAsync(traffic, task -> Thread.ofPlatform().name("traffic").start(task));
        RollingRestart.pause(Duration.ofSeconds(2));
        platform.kill(Component.INVENTORY);
        platform.kill(Component.PAYMENT);
        var killed = System.nanoTime();
        var most = 0L;
        var recovered = Duration.ZERO;
        while (System.nanoTime() - killed < BOUND.toNanos() && !during.isDone()) {
            var behind = Books.of(addresses).behind();
            most = Math.max(most, behind);
            if (behind > usual + 2) {
                recovered = Duration.ofNanos(System.nanoTime() - killed);
            }
            RollingRestart.pause(Duration.ofMillis(250));
        }
        var sample = during.join();
        platform.start(Component.INVENTORY);
        platform.start(Component.PAYMENT);
        var books = Books.settled(addresses, BOUND);
        report.accept("");
        report.accept("## Half of the consumers killed");
        report.accept("");
        report.accept("One of two instances of inventory and of payment killed (SIGKILL) at the same moment under the same load, and started again when the load was over."
                + " Effects were behind by at most %d orders (%d usually) and as usual again **%.1f s** after the kill, wanted at most %d s: **%s**."
                        .formatted(most, usual, recovered.toMillis() / 1e3, WANTED_RECOVERY.toSeconds(), recovered.compareTo(WANTED_RECOVERY) <= 0 ? "met" : "missed"));
        report.accept("Requests %d, failed %d %s, p95 %.0f ms. In the end %s: **%s**."
                .formatted(sample.total(), sample.failed(), sample.failures(), sample.millis(0.95), books, books.agree() ? "nothing lost" : "they do not agree"));
    }

    /** Lets a crowd connect, some of it in the middle of an order, and reset all connections at the same moment. */
    void leaveAtOnce(URI gateway, int idle, int ordering, Supplier<Sample> traffic) {
        var before = traffic.get();
        var crowd = crowd(gateway, idle, ordering);
        var after = CompletableFuture.supplyAsync(traffic, task -> Thread.ofPlatform().name("traffic").start(task));
        reset(crowd);
        var sample = after.join();
        var books = Books.settled(addresses, BOUND);
        report.accept("");
        report.accept("## A crowd that leaves at once");
        report.accept("");
        report.accept("%d connections, %d of them in the middle of an order, reset at the same moment under the same load: in the seconds that follow p95 %.0f ms (before %.0f) and %d of %d failed %s. In the end %s: **%s**."
                .formatted(
                        crowd.size(),
                        ordering,
                        sample.millis(0.95),
                        before.millis(0.95),
                        sample.failed(),
                        sample.total(),
                        sample.failures(),
                        books,
                        books.agree() ? "every order has ended, nothing lost" : "they do not agree"));
    }

    private static List<Socket> crowd(URI gateway, int idle, int ordering) {
        var crowd = new ArrayList<Socket>();
        try {
            for (var i = 0; i < idle + ordering; i++) {
                crowd.add(new Socket(gateway.getHost(), gateway.getPort()));
            }
            for (var socket : crowd.subList(0, ordering)) {
                socket.getOutputStream().write(order());
            }
        } catch (IOException e) {
            reset(crowd);
            throw new IllegalStateException("the crowd could not connect", e);
        }
        return crowd;
    }

    private static void reset(List<Socket> crowd) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var socket : crowd) {
                threads.execute(() -> {
                    try {
                        socket.setSoLinger(true, 0);
                        socket.close();
                    } catch (IOException _) {
                        // It is gone already.
                    }
                });
            }
        }
    }

    private static byte[] order() {
        var body = """
                {"customerId":"crowd","items":[{"sku":"SKU-0001","quantity":1}],"payment":{"token":"tok_ok"}}""";
        return ("POST /api/orders HTTP/1.1\r\nHost: meridian\r\nContent-Type: application/json\r\nIdempotency-Key: \""
                        + UUID.randomUUID() + "\"\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
