package io.meridian.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.shedding.Importance;
import io.meridian.testkit.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class ImportanceHeadersTest {

    private final ManualTime time = new ManualTime();
    private final ImportanceHeaders headers = new ImportanceHeaders(_ -> "customer:ada", time.instants());

    @Test
    void aClientsWishIsPassedOn() {
        assertThat(told("X-Priority", "Sheddable").getFirst("x-priority")).isEqualTo("sheddable");
        assertThat(told("accept", "text/plain").getFirst("accept")).isEqualTo("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "most-important", "SHEDDABLE_PLUS", "1"})
    void whatIsNoLevelIsNotPassedOn(String nonsense) {
        assertThat(told("x-priority", nonsense).containsHeader("x-priority")).isFalse();
    }

    @Test
    void theGroupIsTheGatewaysToSay() {
        var group = Integer.toString(Importance.group("customer:ada", time.now().toEpochMilli()));

        assertThat(told("x-user-group", "0").get("x-user-group")).containsExactly(group);
    }

    private HttpHeaders told(String name, String value) {
        var asked = new HttpHeaders();
        asked.set(name, value);
        return headers.filter(asked, MockServerWebExchange.from(MockServerHttpRequest.get("/api/orders")));
    }
}
