package io.meridian.order.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.order.FakePeers;
import io.meridian.order.WholeService;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;

class UnfinishedOverHttpIT extends WholeService {

    @Autowired
    private Environment environment;

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anOrderThatDoesNotEndByItselfIsToldOfListedAndDriven(CapturedOutput output) {
        var id = stuckOrder();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(manage("/actuator/prometheus").body())
                .containsPattern("orders_stuck\\{[^}]*\\} 1\\.0")
                .containsPattern("orders_unfinished_oldest_seconds\\{[^}]*\\} 6[0-9]{2}\\."));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(warnings(output, id)).isEqualTo(1));
        assertThat(json(manage("/actuator/health")).at("/components/unfinishedOrders/status").asString())
                .isEqualTo("STUCK");
        assertThat(json(manage("/actuator/health")).get("status").asString()).isEqualTo("UP");
        var told = json(manage("/actuator/unfinished?stuck=true"));
        assertThat(told.get("stuck").asInt()).isEqualTo(1);
        var order = told.get("orders").get(0);
        assertThat(order.get("id").asString()).isEqualTo(id);
        assertThat(order.get("state").asString()).isEqualTo("RESERVED");
        assertThat(order.get("waitsFor").asString()).startsWith("payment");
        assertThat(order.get("lastFailure").asString()).contains("the card provider has not answered payment");
        assertThat(order.get("attempts").asInt()).isPositive();
        assertThat(told.toString()).doesNotContain("tok_ok");

        PEERS.heal();
        var driven = act(id, "drive");

        assertThat(driven.statusCode()).as(driven.body()).isEqualTo(200);
        assertThat(json(driven).get("status").asString()).isEqualTo("CONFIRMED");
        assertThat(act(id, "drive").statusCode()).isEqualTo(409);
        assertThat(act(id, "give-up").body()).contains("had ended before");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(manage("/actuator/prometheus").body())
                .containsPattern("orders_stuck\\{[^}]*\\} 0\\.0"));
        assertThat(warnings(output, id)).isEqualTo(1);
    }

    @Test
    void anOrderThatIsGivenUpIsRejectedForItsClientToo() {
        var key = key();
        var body = body(customer(), "tok_ok");
        var id = stuckOrder(key, body);

        assertThat(act(id, "give-up").statusCode()).isEqualTo(200);

        assertThat(json(get("/api/orders/" + id)).get("reason").asString()).isEqualTo("given-up");
        assertProblem(place(key, body), 503, "dependency-unavailable");
    }

    @ParameterizedTest
    @CsvSource({
        "?stuck=maybe, 'stuck: expected true or false, found \\\"maybe\\\"'",
        "?limit=0, 'limit: expected 1 to 1000, found \\\"0\\\"'",
        "?limit=many, 'limit: expected 1 to 1000, found \\\"many\\\"'",
    })
    void aListThatCannotBeGivenIsRefusedWithWhatWasExpected(String query, String detail) {
        var refused = manage("/actuator/unfinished" + query);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(detail);
    }

    @Test
    void anActionThatCannotBeDoneIsRefusedWithWhatWasExpected() {
        assertThat(act("1", "drive").statusCode()).isEqualTo(400);
        assertThat(act("1", "drive").body()).contains("order: expected a UUID");
        var nobodys = UUID.randomUUID().toString();
        assertThat(act(nobodys, "explode").statusCode()).isEqualTo(400);
        assertThat(act(nobodys, "explode").body()).contains("action: expected");
        assertThat(post(nobodys, "{}").body()).contains("action: expected");
        assertThat(act(nobodys, "drive").statusCode()).isEqualTo(404);
        assertThat(act(nobodys, "drive").body()).contains("there is no order " + nobodys);
    }

    private String stuckOrder() {
        return stuckOrder(key(), body(customer(), "tok_ok"));
    }

    /** An order of ten minutes ago whose payment is not known, that settling has tried and leaves alone for now. */
    private String stuckOrder(String key, String body) {
        PEERS.onAuthorise(_ -> FakePeers.unknown());
        var placed = place(key, body);
        assertThat(placed.statusCode()).isEqualTo(504);
        var location = header(placed, "Location");
        var id = location.substring(location.lastIndexOf('/') + 1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(jdbc.sql("""
                        UPDATE order_status SET next_attempt_at = now() + INTERVAL '1 hour'
                        WHERE order_id = CAST(:id AS UUID) AND last_failure IS NOT NULL AND lease_until IS NULL
                        """)
                .param("id", id)
                .update()).isEqualTo(1));
        jdbc.sql("UPDATE orders SET journalled_at = now() - INTERVAL '10 minutes' WHERE id = CAST(:id AS UUID)")
                .param("id", id)
                .update();
        return id;
    }

    private static long warnings(CapturedOutput output, String id) {
        return output.getAll()
                .lines()
                .filter(it -> it.contains("order does not end by itself") && it.contains(id))
                .count();
    }

    private HttpResponse<String> manage(String path) {
        return send(HttpRequest.newBuilder(management(path)).timeout(PATIENCE));
    }

    private HttpResponse<String> act(String order, String action) {
        return post(order, "{\"action\":\"" + action + "\"}");
    }

    private HttpResponse<String> post(String order, String body) {
        return send(HttpRequest.newBuilder(management("/actuator/unfinished/" + order))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private URI management(String path) {
        return URI.create("http://127.0.0.1:" + environment.getRequiredProperty("local.management.port") + path);
    }
}
