package io.meridian.system.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.system.proxy.Dose.Stream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the harness relies on, of whoever serves Toxiproxy's API. Times are least times: a loaded machine only adds to them. */
abstract class ProxyContract {

    private static final String NAME = "echo";
    private static final int PATIENCE_MILLIS = 10_000;

    private EchoServer echo = new EchoServer();

    abstract ProxyClient proxies();

    @BeforeEach
    void create() {
        echo = new EchoServer();
        proxies().create(NAME, "127.0.0.1:0", echo.address());
    }

    @AfterEach
    void delete() {
        assertThat(proxies().ask("DELETE", "/proxies/" + NAME, Map.of()).status()).isEqualTo(204);
        echo.close();
    }

    @Test
    void proxyIsShownListedAndPassesBytesBothWays() throws IOException {
        var shown = proxies().show(NAME);

        assertThat(shown.path("name").asString("")).isEqualTo(NAME);
        assertThat(shown.path("upstream").asString("")).isEqualTo(echo.address());
        assertThat(shown.path("listen").asString("")).startsWith("127.0.0.1:").doesNotEndWith(":0");
        assertThat(shown.path("enabled").asBoolean(false)).isTrue();
        assertThat(shown.path("toxics").size()).isZero();
        assertThat(proxies().ask("GET", "/proxies", Map.of()).body().path(NAME)).isEqualTo(shown);
        try (var client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
            assertThat(ask(client, "again")).isEqualTo("again");
        }
    }

    @Test
    void whatIsNotThereOrNotUnderstoodIsRefusedWithWords() {
        var refusals = Map.of(
                proxies().ask("GET", "/proxies/nobody", Map.of()), 404,
                proxies().ask("POST", "/proxies", Map.of("name", NAME, "upstream", "127.0.0.1:1")), 409,
                proxies().ask("POST", "/proxies", Map.of("name", "half")), 400,
                proxies().send("POST", "/proxies", "{"), 400,
                proxies().ask("GET", "/proxies/echo/toxics/nothing", Map.of()), 404,
                proxies().ask("POST", "/proxies/echo/toxics", Map.of("type", "arsenic")), 400,
                proxies().ask("POST", "/proxies/echo/toxics", Map.of("type", "latency", "stream", "sideways")), 400);

        refusals.forEach((reply, status) -> {
            assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
            assertThat(reply.body().path("error").asString("")).as(reply.toString()).isNotEmpty();
            assertThat(reply.body().path("status").asInt(0)).isEqualTo(status);
        });
    }

    @Test
    void toxicHasTheUsualNameAndIsShownChangedAndRemoved() {
        var added = proxies()
                .ask("POST", "/proxies/echo/toxics", Map.of("type", "latency", "attributes", Map.of("latency", 10)));

        assertThat(added.status()).isEqualTo(200);
        assertThat(added.body().path("name").asString("")).isEqualTo("latency_downstream");
        assertThat(added.body().path("stream").asString("")).isEqualTo("downstream");
        assertThat(added.body().path("toxicity").asDouble(0)).isEqualTo(1);
        var path = "/proxies/echo/toxics/latency_downstream";
        assertThat(proxies().ask("POST", "/proxies/echo/toxics", Map.of("type", "latency")).status())
                .isEqualTo(409);
        var changed = proxies().ask("POST", path, Map.of("attributes", Map.of("jitter", 5)));
        assertThat(changed.body().at("/attributes/latency").asInt(0)).isEqualTo(10);
        assertThat(changed.body().at("/attributes/jitter").asInt(0)).isEqualTo(5);
        assertThat(proxies().ask("GET", path, Map.of()).body()).isEqualTo(changed.body());
        assertThat(proxies().show(NAME).path("toxics").size()).isEqualTo(1);
        proxies().remove(NAME, "latency_downstream");
        assertThat(proxies().show(NAME).path("toxics").size()).isZero();
    }

    @Test
    void latencyDelaysWhatPassesOnConnectionsThatWereThereAndOnNewOnes() throws IOException {
        try (var old = connect()) {
            assertThat(ask(old, "quick")).isEqualTo("quick");

            proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.Latency(300, 20)));

            assertThat(timeOf(() -> ask(old, "slow"))).isGreaterThanOrEqualTo(Duration.ofMillis(275));
            try (var fresh = connect()) {
                assertThat(timeOf(() -> ask(fresh, "slow"))).isGreaterThanOrEqualTo(Duration.ofMillis(275));
            }
            proxies().remove(NAME, "latency_downstream");
            assertThat(ask(old, "quick")).isEqualTo("quick");
        }
    }

    @Test
    void toxicityOfZeroIsOnNoConnection() throws IOException {
        proxies().add(NAME, new Dose("never", Stream.DOWNSTREAM, 0, new Toxic.Timeout(0)));

        try (var client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void timeoutOfZeroSwallowsAllAndEndsTheConnectionWhenItIsRemoved() throws IOException {
        try (var client = connect()) {
            proxies().add(NAME, Dose.of(Stream.UPSTREAM, new Toxic.Timeout(0)));

            client.setSoTimeout(400);
            assertThatThrownBy(() -> ask(client, "hello")).isInstanceOf(SocketTimeoutException.class);

            proxies().remove(NAME, "timeout_upstream");
            client.setSoTimeout(PATIENCE_MILLIS);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void timeoutEndsTheConnectionByItself() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.Timeout(300)));

        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThat(timeOf(() -> client.getInputStream().read())).isGreaterThanOrEqualTo(Duration.ofMillis(280));
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void resetPeerEndsTheConnectionWithAReset() throws IOException {
        proxies().add(NAME, Dose.of(Stream.UPSTREAM, new Toxic.ResetPeer(50)));

        try (var client = connect()) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void bandwidthLimitsHowMuchPassesInASecond() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.Bandwidth(20)));
        var much = "m".repeat(12_000);

        try (var client = connect()) {
            assertThat(timeOf(() -> assertThat(ask(client, much)).isEqualTo(much)))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(400));
        }
    }

    @Test
    void slowCloseDelaysTheEnd() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.SlowClose(300)));

        try (var client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
            var begin = System.nanoTime();
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(280));
        }
    }

    @Test
    void slicerSendsPiecesWithPausesBetween() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.Slicer(10, 3, 20_000)));
        var text = "0123456789".repeat(20);

        try (var client = connect()) {
            assertThat(timeOf(() -> assertThat(ask(client, text)).isEqualTo(text)))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void limitDataEndsTheConnectionAfterSoManyBytes() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.LimitData(7)));

        try (var client = connect()) {
            client.getOutputStream().write("0123456789".getBytes(UTF_8));
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).isEqualTo("0123456");
        }
    }

    @Test
    void disabledProxyRefusesAndHasEndedWhatItHad() throws IOException {
        var port = port();
        try (var client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");

            proxies().enable(NAME, false);

            assertThat(isOver(client)).isTrue();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(ConnectException.class);
        }
        proxies().enable(NAME, true);
        assertThat(port()).isEqualTo(port);
        try (var client = connect()) {
            assertThat(ask(client, "back")).isEqualTo("back");
        }
    }

    @Test
    void resetEnablesAllAndRemovesAllToxics() throws IOException {
        proxies().add(NAME, Dose.of(Stream.DOWNSTREAM, new Toxic.Latency(60_000, 0)));
        proxies().enable(NAME, false);

        proxies().reset();

        assertThat(proxies().show(NAME).path("toxics").size()).isZero();
        try (var client = connect()) {
            assertThat(ask(client, "hello")).isEqualTo("hello");
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    private static Duration timeOf(Act act) throws IOException {
        var begin = System.nanoTime();
        act.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private int port() {
        var listen = proxies().show(NAME).path("listen").asString("");
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }

    private Socket connect() throws IOException {
        var socket = new Socket("127.0.0.1", port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String ask(Socket client, String words) throws IOException {
        var bytes = words.getBytes(UTF_8);
        client.getOutputStream().write(bytes);
        return new String(client.getInputStream().readNBytes(bytes.length), UTF_8);
    }

    private static boolean isOver(Socket client) {
        try {
            return client.getInputStream().read() == -1;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException broken) {
            return true;
        }
    }
}
