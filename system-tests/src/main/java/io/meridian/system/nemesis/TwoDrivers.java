package io.meridian.system.nemesis;

import io.meridian.local.parts.Launch;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.OwnedProcess;
import io.meridian.local.platform.Component;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order service stands still for longer than its leases last, while a second instance is there that takes its orders over; then it
 * wakes up in the middle of what it was doing. Proven by the epochs that the second one has begun meanwhile.
 *
 * <p>The second instance settles, relays and listens, and gets no requests. It is started as the first one was, seen in {@code /proc}, with its
 * ports a hundred higher.
 */
final class TwoDrivers implements Fault {

    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(18);
    private static final Duration MOST = Duration.ofSeconds(90);
    private static final int PORTS_UP = 100;
    private static final String TAKEOVERS = "SELECT coalesce(sum(epoch), 0) FROM order_status";

    private final Arena arena;
    private final OwnedProcess second;
    private long takeovers;
    private long pid;

    TwoDrivers(Arena arena) {
        this.arena = arena;
        this.second = new OwnedProcess(
                arena.platform().home().directory().resolve("run").resolve("second-order-service.pid"));
    }

    @Override
    public String name() {
        return "two drivers of orders";
    }

    @Override
    public Set<Component> strikes() {
        return Set.of(Component.ORDER);
    }

    @Override
    public Duration lastsAtLeast() {
        return LONGER_THAN_A_LEASE;
    }

    @Override
    public void inject() throws Exception {
        pid = arena.platform()
                .process(Component.ORDER)
                .orElseThrow(() -> new Unproven("the order service does not run"))
                .pid();
        second.launch(new Launch(
                command(),
                environment(),
                arena.platform().home().directory(),
                arena.platform().log(Component.ORDER).resolveSibling("second-order-service.log"),
                Lifetime.ITS_PARENTS));
        Proofs.within(Duration.ofSeconds(90), () -> {
            if (!isReady()) {
                throw new Unproven("the second instance is not ready");
            }
            return "ready";
        });
        takeovers = takeovers();
        arena.platform().pauseFor(Component.ORDER, MOST);
    }

    /** Orders that were in the making are due after some seconds. */
    @Override
    public String proofThatItTook() throws Exception {
        return Proofs.within(Duration.ofSeconds(25), () -> {
            var more = takeovers() - takeovers;
            if (pid == 0 || Arena.state(pid) != 'T' || more <= 0) {
                throw new Unproven("process " + pid + " is in state " + Arena.state(pid) + ", " + more + " orders were taken over");
            }
            return "process " + pid + " is in state T, and the second instance has taken " + more + " orders over";
        });
    }

    @Override
    public void heal() {
        arena.platform().resume(Component.ORDER);
        second.stop(Duration.ofSeconds(20));
    }

    @Override
    public String proofThatItHealed() throws Exception {
        if (second.find().isPresent() || Arena.state(pid) == 'T' || !arena.platform().isReady(Component.ORDER)) {
            throw new Unproven("the first instance is not ready again, or the second still there");
        }
        return "process " + pid + " goes on, and is alone again";
    }

    private long takeovers() throws SQLException {
        try (var connection = arena.database(Component.ORDER)) {
            return Arena.number(connection, TAKEOVERS).orElse(0);
        }
    }

    private boolean isReady() throws IOException, InterruptedException {
        var port = arena.addresses().management(Component.ORDER) + PORTS_UP;
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        }
    }

    private List<String> command() throws IOException {
        var marker = "-Dmeridian.process=";
        var command = new ArrayList<String>();
        for (var word : words("cmdline")) {
            command.add(word.startsWith(marker) ? word.replace(marker, marker + "second-") : word);
        }
        return command;
    }

    private Map<String, String> environment() throws IOException {
        var environment = new HashMap<String, String>();
        for (var word : words("environ")) {
            var equals = word.indexOf('=');
            if (equals > 0) {
                environment.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        for (var port : List.of("SERVER_PORT", "MANAGEMENT_SERVER_PORT", "SPRING_GRPC_SERVER_PORT")) {
            environment.computeIfPresent(port, (_, value) -> Integer.toString(Integer.parseInt(value) + PORTS_UP));
        }
        return environment;
    }

    /** As proc(5) has them: each ends with a zero byte. */
    private List<String> words(String file) throws IOException {
        var text = Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.UTF_8);
        return List.of(text.split("\0"));
    }
}
