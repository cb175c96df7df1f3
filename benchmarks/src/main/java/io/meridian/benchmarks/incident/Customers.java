package io.meridian.benchmarks.incident;

import io.meridian.benchmarks.incident.Sample.Answer;
import io.meridian.local.platform.OrderDesk;
import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Wish;
import io.meridian.local.platform.PlatformFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Places orders and looks at products through a gateway; what is neither confirmed nor shown has failed. */
final class Customers {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of the products, the first ones: there is enough of each. */
    private static final int PRODUCTS = 200;

    private final URI gateway;
    private final OrderDesk desk;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    Customers(URI gateway) {
        this.gateway = gateway;
        this.desk = new OrderDesk(gateway);
    }

    Answer order() {
        var began = System.nanoTime();
        try {
            var answer = desk.place(
                    new Wish("incident", List.of(new Line(sku(), 1)), "tok_ok", UUID.randomUUID().toString()));
            return new Answer(
                    System.nanoTime() - began, answer.status() == 201 && answer.isConfirmed() ? "" : "HTTP " + answer.status());
        } catch (PlatformFailure failure) {
            return new Answer(System.nanoTime() - began, "no answer");
        }
    }

    Answer look() {
        var began = System.nanoTime();
        var request = HttpRequest.newBuilder(gateway.resolve("/api/inventory/" + sku())).timeout(PATIENCE).build();
        try {
            var status = http.send(request, BodyHandlers.discarding()).statusCode();
            return new Answer(System.nanoTime() - began, status == 200 ? "" : "HTTP " + status);
        } catch (IOException failure) {
            return new Answer(System.nanoTime() - began, "no answer");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Answer(System.nanoTime() - began, "interrupted");
        }
    }

    private static String sku() {
        return "SKU-%04d".formatted(1 + ThreadLocalRandom.current().nextInt(PRODUCTS));
    }
}
