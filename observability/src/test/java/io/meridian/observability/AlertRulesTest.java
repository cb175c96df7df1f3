package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.docs.MeterDocumentation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The alerts in {@code config/prometheus}: what they watch exists, and they fire when, and only when, they should. */
class AlertRulesTest {

    private static final Path CONFIG = Path.of("config/prometheus");
    private static final Path HOUSE = Path.of("..");
    private static final Pattern OURS = Pattern.compile("\\b(meridian|daac)_[a-z_]+");

    /** What Prometheus appends to the name of a meter. */
    private static final List<String> ENDINGS = List.of(
            "_seconds_bucket", "_seconds_count", "_seconds_sum", "_seconds_max", "_bytes", "_seconds", "_total", "");

    @Test
    void rulesParse() throws Exception {
        promtool("check", "rules", rules());
    }

    @Test
    void theyFireWhenTheyShouldAndForNothingElse() throws Exception {
        promtool("test", "rules", CONFIG.resolve("tests"));
    }

    /** The negative control of the one above: an alert that has gone missing is noticed. */
    @Test
    void aRuleThatCannotFireFailsItsTest() throws Exception {
        var copy = Files.createTempDirectory("rules");
        try {
            for (var directory : List.of("rules", "tests")) {
                Files.createDirectories(copy.resolve(directory));
                for (var file : files(CONFIG.resolve(directory))) {
                    var broken = Files.readString(file).replace("handshake_failed\"}[1m])) >= 3", "handshake_failed\"}[1m])) >= 3000");
                    Files.writeString(copy.resolve(directory).resolve(file.getFileName()), broken);
                }
            }

            var outcome = run(command("test", "rules", copy.resolve("tests")));

            assertThat(outcome.status()).isNotZero();
            assertThat(outcome.output()).contains("RedisHandshakeFails");
        } finally {
            try (var all = Files.walk(copy)) {
                all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    @Test
    void eachSaysHowBadItIsWhatItMeansAndWhereItIsExplained() throws Exception {
        var runbook = Files.readString(HOUSE.resolve("docs/runbooks/README.md"));
        for (var alert : alerts()) {
            var name = String.valueOf(alert.get("alert"));
            assertThat(map(alert, "labels")).as(name).containsKeys("severity", "cause");
            assertThat(map(alert, "labels").get("severity")).as(name).isIn("page", "ticket");
            assertThat(map(alert, "annotations")).as(name).containsKeys("summary", "description", "runbook");
            var link = String.valueOf(map(alert, "annotations").get("runbook")).split("#", 2);
            assertThat(HOUSE.resolve(link[0])).as(name).exists();
            assertThat(runbook.lines().map(it -> it.toLowerCase(Locale.ROOT))).as(name).contains("## " + link[1]);
        }
    }

    /** A meter that was renamed leaves an alert behind that is silent for ever. */
    @Test
    void eachWatchesMetersThatAreDocumented() throws Exception {
        var documented = documented();
        for (var alert : alerts()) {
            var names = OURS.matcher(String.valueOf(alert.get("expr")));
            while (names.find()) {
                assertThat(ENDINGS.stream().anyMatch(it -> names.group().endsWith(it)
                                && documented.contains(names.group().substring(0, names.group().length() - it.length()))))
                        .as(names.group() + " in " + alert.get("alert"))
                        .isTrue();
            }
        }
    }

    private static List<String> documented() {
        return Stream.<MeterDocumentation[]>of(
                        BreakerMeter.values(),
                        CacheMeter.values(),
                        DeadlineMeter.values(),
                        InstanceMeter.values(),
                        LimiterMeter.values(),
                        OutboxMeter.values(),
                        RedisMeter.values(),
                        ReplayMeter.values(),
                        RetryMeter.values(),
                        SheddingMeter.values())
                .flatMap(Arrays::stream)
                .map(it -> it.getName().replace('.', '_'))
                .toList();
    }

    private static List<Map<?, ?>> alerts() throws IOException {
        var alerts = new ArrayList<Map<?, ?>>();
        for (var file : files(rules())) {
            Map<?, ?> content = new Yaml().load(Files.readString(file));
            for (var group : list(content, "groups")) {
                for (var rule : list((Map<?, ?>) group, "rules")) {
                    alerts.add((Map<?, ?>) rule);
                }
            }
        }
        assertThat(alerts).hasSizeGreaterThan(10);
        return alerts;
    }

    private static List<?> list(Map<?, ?> content, String name) {
        return Optional.ofNullable((List<?>) content.get(name)).orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<?, ?> alert, String name) {
        return (Map<String, Object>) Optional.<Object>ofNullable(alert.get(name)).orElse(Map.of());
    }

    private static Path rules() {
        return CONFIG.resolve("rules");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(it -> it.toString().endsWith(".yml")).sorted().toList();
        }
    }

    private static void promtool(String verb, String noun, Path directory) throws Exception {
        var outcome = run(command(verb, noun, directory));
        assertThat(outcome.status()).as(outcome.output()).isZero();
    }

    private static List<String> command(String verb, String noun, Path directory) throws IOException {
        var promtool = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(it -> Path.of(it, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(
                promtool.isPresent(),
                "promtool is not on the PATH, so the alerts are not tried; .ci/run installs it (Debian: apt-get install prometheus)");
        var command = new ArrayList<>(List.of(promtool.orElseThrow().toString(), verb, noun));
        files(directory).forEach(it -> command.add(it.toString()));
        return command;
    }

    private record Outcome(int status, String output) {}

    private static Outcome run(List<String> command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
