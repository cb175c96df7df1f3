package io.meridian.benchmarks.incident;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus with the house's rules, beside a platform. */
final class Prometheus implements AutoCloseable {

    private final Process process;
    private final URI api;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Process process, URI api) {
        this.process = process;
        this.api = api;
    }

    /** Where the program is; empty if it is not installed. */
    static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(it -> Path.of(it, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts one that scrapes these addresses every five seconds, as {@code observability/config/prometheus/prometheus.yml} does.
     *
     * @param rules the directory with the rules
     * @param targets {@code host:port} of management ports
     */
    static Prometheus start(Path program, Path home, Path rules, int port, List<String> targets) {
        var config = home.resolve("prometheus.yml");
        try {
            Files.writeString(
                    config,
                    """
                    global: {scrape_interval: 5s, evaluation_interval: 5s}
                    rule_files: ['%s/*.yml']
                    scrape_configs:
                      - job_name: meridian
                        metrics_path: /actuator/prometheus
                        static_configs: [{targets: [%s]}]
                    """
                            .formatted(rules.toAbsolutePath(), targets.stream().map(it -> "'" + it + "'").collect(Collectors.joining(", "))));
            var process = new ProcessBuilder(
                            program.toString(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + home.resolve("tsdb"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("prometheus.log").toFile())
                    .start();
            return new Prometheus(process, URI.create("http://127.0.0.1:" + port));
        } catch (IOException e) {
            throw new UncheckedIOException("Prometheus cannot be started", e);
        }
    }

    /** A name for each alert that fires, with whom it is about: {@code RedisHandshakeFails (inventory-service, redis: tls-handshake)}. */
    List<String> firing() {
        var names = new TreeSet<String>();
        for (var alert : JsonMapper.shared().readTree(get("/api/v1/alerts")).path("data").path("alerts")) {
            if (alert.path("state").asString("").equals("firing")) {
                var labels = alert.path("labels");
                var about = labels.path("service").asString(labels.path("instance").asString(""));
                var dependency = labels.path("dependency").asString("");
                names.add("%s (%s%s%s)".formatted(
                        labels.path("alertname").asString(""),
                        about.isEmpty() ? "" : about + ", ",
                        dependency.isEmpty() ? "" : dependency + ": ",
                        labels.path("cause").asString("")));
            }
        }
        return List.copyOf(names);
    }

    private String get(String path) {
        var request = HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofSeconds(10)).build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException _) {
            return "{}"; // it is still starting
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
