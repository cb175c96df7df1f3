package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

class ManagementIT extends WholeService {

    @Autowired
    private Environment environment;

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz"})
    void theInstanceSaysHowItIs(String path) {
        var response = manage(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"status\":\"UP\"");
    }

    @Test
    void whatItDoesIsMeasured() {
        confirmed();

        assertThat(manage("/actuator/prometheus").body())
                .contains("http_server_requests_seconds", "grpc_client", "service=\"order-service\"");
    }

    private java.net.http.HttpResponse<String> manage(String path) {
        var management = environment.getRequiredProperty("local.management.port");
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)).timeout(PATIENCE));
    }
}
