package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the services say about themselves in Prometheus' text format, as far as it is taken and given back. */
final class Gauges {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** All of these are nothing while nobody asks anything. */
    private static final Set<String> TAKEN = Set.of(
            "hikaricp_connections_active",
            "hikaricp_connections_pending",
            "daac_inflight",
            "meridian_shedding_working",
            "meridian_shedding_waiting",
            "meridian_outbox_in_flight");

    private final Map<String, URI> services;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    Gauges(Map<String, URI> services) {
        this.services = new TreeMap<>(services);
    }

    List<Resource> read() throws IOException {
        var resources = new ArrayList<Resource>();
        for (var service : services.entrySet()) {
            var name = service.getKey();
            text(name, service.getValue().resolve("/actuator/prometheus"))
                    .lines()
                    .filter(it -> TAKEN.contains(it.split("[{ ]", 2)[0]))
                    .forEach(it -> resources.add(resource(name, it)));
        }
        return resources;
    }

    /** A line such as {@code hikaricp_connections_active{pool="orders"} 0.0}. */
    private static Resource resource(String service, String line) {
        var end = line.lastIndexOf(' ');
        return new Resource(service, line.substring(0, end), Double.parseDouble(line.substring(end + 1)), 0);
    }

    private String text(String service, URI metrics) throws IOException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(metrics).timeout(PATIENCE).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(service + " answered " + answer.statusCode() + " to " + metrics);
            }
            return answer.body();
        } catch (InterruptedException fault) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", fault);
        } catch (IOException fault) {
            throw new IOException(service + " does not answer at " + metrics.getAuthority(), fault);
        }
    }
}
