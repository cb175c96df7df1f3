package io.meridian.payment.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.payment.Doors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnfinishedOverHttpIT extends Doors {

    @Test
    void aPaymentOfUnknownOutcomeIsListedUntilItIsKnown() {
        authorise("tok_slow_6000");

        assertThat(manage("/actuator/unfinished?limit=1000").body())
                .contains(order.toString(), "the card provider's answer to AUTHORISE", "\"amount\":4998")
                .doesNotContain("tok_slow_6000");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(manage("/actuator/prometheus").body())
                .containsPattern("payments_unfinished\\{[^}]*\\} [1-9]"));

        becomes("AUTHORISED");
        assertThat(manage("/actuator/unfinished?limit=1000").body()).doesNotContain(order.toString());
    }

    @Test
    void whatIsUnknownForTooLongIsStuckInListFigureAndHealthAndTheServiceIsUp() {
        authorise("tok_slow_60000");
        jdbc.sql("UPDATE payments SET updated_at = now() - INTERVAL '10 minutes' WHERE order_id = :order")
                .param("order", order.value())
                .update();

        assertThat(manage("/actuator/unfinished?stuck=true").body()).contains(order.toString(), "\"stuck\":true");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(manage("/actuator/prometheus").body())
                .containsPattern("payments_stuck\\{[^}]*\\} [1-9]"));
        assertThat(manage("/actuator/health").body()).contains("\"unfinishedPayments\":{\"status\":\"STUCK\"").startsWith("{");
        assertThat(manage("/actuator/health").statusCode()).isEqualTo(200);

        jdbc.sql("UPDATE payments SET updated_at = now(), status = 'FAILED', due_at = NULL WHERE order_id = :order")
                .param("order", order.value())
                .update();
        assertThat(manage("/actuator/unfinished?stuck=true").body()).doesNotContain(order.toString());
    }

    @Test
    void whatIsAuthorisedAndWaitsForItsOrderIsNotUnfinished() {
        authorise("tok_ok");

        assertThat(manage("/actuator/unfinished?limit=1000").body()).doesNotContain(order.toString());
    }

    @ParameterizedTest
    @CsvSource({"?stuck=maybe, stuck: expected true or false", "?limit=0, limit: expected 1 to 1000", "?limit=many, limit: expected"})
    void aListThatCannotBeGivenIsRefusedWithWhatWasExpected(String query, String detail) {
        var refused = manage("/actuator/unfinished" + query);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(detail);
    }
}
