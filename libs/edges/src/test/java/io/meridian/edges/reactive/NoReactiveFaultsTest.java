package io.meridian.edges.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.http.RawHttp;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A WebFlux application for which nobody has switched faults on. */
@SpringBootTest(
        classes = ReactiveFaultsTest.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "spring.main.web-application-type=reactive")
class NoReactiveFaultsTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ObjectProvider<FaultBoard> board;

    @Test
    void thereIsNoSuchThing() throws IOException {
        assertThat(ask("/actuator/faults")).isEqualTo(404);
        assertThat(ask("/actuator/health")).isEqualTo(200);
        assertThat(board.getIfAvailable()).isNull();
    }

    private int ask(String path) throws IOException {
        return RawHttp.send(port, "GET " + path + " HTTP/1.1", "", new byte[0]).status();
    }
}
