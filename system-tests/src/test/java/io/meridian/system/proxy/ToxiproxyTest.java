package io.meridian.system.proxy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meridian.local.parts.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Toxiproxy itself keeps the contract, so it can stand in: {@code go install github.com/Shopify/toxiproxy/v2/cmd/server@latest}, and name
 * the program in {@code TOXIPROXY_SERVER}, or have it on the path as {@code toxiproxy-server}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToxiproxyTest extends ProxyContract {

    private @Nullable Process server;
    private @Nullable ProxyClient client;

    @BeforeAll
    void start() throws IOException {
        var program = program();
        assumeTrue(
                program.isPresent(),
                "there is no Toxiproxy on this machine: TOXIPROXY_SERVER is not set and toxiproxy-server not on the path");
        var port = Ports.free();
        server = new ProcessBuilder(program.orElseThrow(), "-host", "127.0.0.1", "-port", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var proxies = new ProxyClient(URI.create("http://127.0.0.1:" + port));
        await().atMost(20, SECONDS).ignoreExceptions().until(() -> proxies.ask("GET", "/version", Map.of()).status() == 200);
        client = proxies;
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @Override
    ProxyClient proxies() {
        if (client == null) {
            throw new IllegalStateException("not started");
        }
        return client;
    }

    private static Optional<String> program() {
        var named = System.getenv("TOXIPROXY_SERVER");
        if (named != null) {
            return Optional.of(named);
        }
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(it -> Path.of(it, "toxiproxy-server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
