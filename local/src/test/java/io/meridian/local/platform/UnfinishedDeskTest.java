package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnfinishedDeskTest {

    private static final String ORDER = "0190c3a2-5e7f-7000-8000-3f1d2c4b5a69";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer service;
    private UnfinishedDesk desk;
    private volatile Answer answer = new Answer(200, "{}");

    private record Answer(int status, String body) {}

    @BeforeEach
    void open() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/actuator/unfinished", exchange -> {
            var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + sent);
            var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        service.start();
        desk = new UnfinishedDesk(
                Component.ORDER, URI.create("http://127.0.0.1:" + service.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        service.stop(0);
    }

    @Test
    void theListIsTheServicesOwn() {
        answering(200, "{\"unfinished\": 3, \"stuck\": 1}");

        assertThat(desk.list(true).path("stuck").asInt(0)).isEqualTo(1);
        assertThat(asked).containsExactly("GET /actuator/unfinished?limit=1000&stuck=true ");
    }

    @Test
    void aDecisionIsCarriedOutOrToldWhyNot() {
        answering(200, "{\"detail\": \"order 1 has ended\", \"status\": \"CONFIRMED\"}");
        assertThat(desk.decide(ORDER, "drive").hasEnded()).isTrue();
        assertThat(asked).containsExactly("POST /actuator/unfinished/" + ORDER + " {\"action\":\"drive\"}");

        answering(409, "{\"detail\": \"order 1 is being driven\"}");
        assertThat(desk.decide(ORDER, "give-up").isDone()).isFalse();
        assertThat(desk.decide(ORDER, "give-up").detail()).isEqualTo("order 1 is being driven");

        answering(202, "{\"detail\": \"order 1 has not ended\"}");
        assertThat(desk.decide(ORDER, "drive").isDone()).isTrue();
        assertThat(desk.decide(ORDER, "drive").hasEnded()).isFalse();
    }

    @Test
    void whatTheServiceDoesNotKnowIsToldInItsWords() {
        answering(404, "{\"detail\": \"there is no order 1\"}");
        assertThatThrownBy(() -> desk.decide(ORDER, "drive"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no order 1");

        answering(404, "<html>");
        assertThatThrownBy(() -> desk.decide(ORDER, "drive"))
                .isInstanceOf(PlatformFailure.class)
                .hasMessageContaining("older build");
        assertThatThrownBy(() -> desk.list(false)).isInstanceOf(PlatformFailure.class).hasMessageContaining("older build");

        answering(503, "{\"detail\": \"the database cannot be reached\"}");
        assertThatThrownBy(() -> desk.list(false))
                .isInstanceOf(PlatformFailure.class)
                .hasMessageContaining("503", "the database cannot be reached");
    }

    @Test
    void aServiceThatDoesNotRunIsToldWithWhatToDo() {
        service.stop(0);

        assertThatThrownBy(() -> desk.list(false))
                .isInstanceOf(PlatformFailure.class)
                .hasMessageContaining("./meridian up");
    }

    private void answering(int status, String body) {
        answer = new Answer(status, body);
    }
}
