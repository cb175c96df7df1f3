package io.meridian.payment.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.contracts.payment.v1.VoidRequest;
import io.meridian.payment.Doors;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentOverHttpIT extends Doors {

    @Test
    void aPaymentIsShownAsTheContractHasItWithoutItsCard() {
        authorise("tok_ok");

        var answer = get("/api/payments/" + order);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("x-served-by")).contains("payment-service;v1;stable");
        assertThat(answer.body())
                .matches(
                        """
                        \\{"orderId":"%s","status":"AUTHORISED","amount":\\{"amount":4998,"currency":"EUR"},\
                        "updatedAt":"20[0-9T:.-]+Z"}"""
                                .formatted(order));
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined, DECLINED",
        "tok_error, DECLINED",
        "tok_slow_60000, UNKNOWN",
    })
    void eachOutcomeIsShown(String token, String status) {
        authorise(token);

        assertThat(get("/api/payments/" + order).body()).contains("\"status\":\"" + status + "\"");
    }

    @Test
    void aTombstoneIsNotShown() {
        payments.void_(VoidRequest.newBuilder().setOrderId(order.toString()).build());

        assertThat(stored()).isEqualTo("CLOSED");
        assertThat(get("/api/payments/" + order).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/payments/01900000-0000-7000-8000-00000000dead, 404, not-found, Nobody asked for money for order",
        "GET,    /api/payments/1,                    400, malformed, 'orderId: expected a UUID of 36 characters, found'",
        "GET,    /api/payments/1-1-1-1-1,            400, malformed, 'orderId: expected a UUID'",
        "GET,    /api/payments/'%27%20OR%201%3D1--', 400, malformed, 'orderId: expected a UUID'",
        "GET,    /api/payments/%C3%A4,               400, malformed, ''",
        "GET,    /api/payments,                      404, not-found, ''",
        "GET,    /api/cards,                         404, not-found, ''",
        "DELETE, /api/payments/1,                    405, method-not-allowed, ''",
        "POST,   /api/payments,                      404, not-found, ''",
    })
    void whatCannotBeAnsweredIsRefusedAsAProblem(
            String method, String path, int status, String type, String detail) {
        var answer = send(HttpRequest.newBuilder().method(method, BodyPublishers.noBody()), path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body())
                .contains("\"type\":\"/problems/" + type + "\"", detail, "\"traceId\":")
                .doesNotContain("xception", "io.meridian", "SELECT");
    }

    @Test
    void itIsAliveAndReady() {
        assertThat(manage("/livez").statusCode()).isEqualTo(200);
        assertThat(manage("/readyz").statusCode()).isEqualTo(200);
        assertThat(manage("/actuator/prometheus").body()).contains("service=\"payment-service\"");
    }
}
