package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.meridian.local.platform.BreakerDesk.NotClosed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakerDeskTest {

    private final BreakerDesk desk = new BreakerDesk();
    private HttpServer service;

    @BeforeEach
    void open() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.start();
    }

    @AfterEach
    void close() {
        service.stop(0);
    }

    @Test
    void thoseThatAreNotClosedAreToldWithTheirReason() {
        answering(200, """
                {"breakers": [
                  {"name": "inventory", "state": "CLOSED", "why": ""},
                  {"name": "payment", "state": "OPEN", "why": "opened: 12 of 12 calls failed"}]}
                """);

        assertThat(desk.notClosed(management()))
                .containsExactly(new NotClosed("payment", "OPEN", "opened: 12 of 12 calls failed"));
    }

    @Test
    void serviceThatHasNoneOrSaysNothingOfThemHasNoneToTell() {
        assertThat(desk.notClosed(management())).isEmpty();
        answering(200, "not JSON");
        assertThat(desk.notClosed(management())).isEmpty();
        service.stop(0);
        assertThat(desk.notClosed(management())).isEmpty();
    }

    private URI management() {
        return URI.create("http://127.0.0.1:" + service.getAddress().getPort());
    }

    private void answering(int status, String body) {
        service.createContext("/actuator/breakers", exchange -> {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
