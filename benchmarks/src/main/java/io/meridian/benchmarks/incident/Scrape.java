package io.meridian.benchmarks.incident;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Reads what a service publishes, as Prometheus does. */
final class Scrape {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI metrics;

    /** @param management of the service */
    Scrape(URI management) {
        this.metrics = management.resolve("/actuator/prometheus");
    }

    /** The sum of all series of this name that have this label; 0 if there is none. */
    double sum(String name, String label) {
        return body().lines()
                .filter(it -> it.startsWith(name + "{") && it.contains(label))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String body() {
        var request = HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(10)).build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(metrics + " cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
