package io.meridian.payment.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.contracts.payment.v1.PaymentEvent;
import io.meridian.payment.WholePaymentService;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.authorising.PaymentsContract;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

@WholePaymentService
class JdbcPaymentsIT extends PaymentsContract {

    @Autowired
    private JdbcPayments payments;

    @Autowired
    private JdbcClient jdbc;

    @Override
    protected Payments payments() {
        return payments;
    }

    @Override
    protected List<Fact> announced() {
        return jdbc
                .sql("SELECT payload FROM outbox_events WHERE aggregate_id = :order ORDER BY id")
                .param("order", order.toString())
                .query(byte[].class)
                .list()
                .stream()
                .map(JdbcPaymentsIT::fact)
                .toList();
    }

    @Override
    protected Optional<String> journalled(Operation operation) {
        return jdbc.sql("SELECT COALESCE(outcome, '') FROM payment_log WHERE order_id = :order AND operation = :operation")
                .param("order", order.value())
                .param("operation", operation.name())
                .query(String.class)
                .optional();
    }

    @Test
    void theDatabaseItselfRefusesASecondSuccessfulCapture() {
        openedAndCaptured();

        assertThatThrownBy(() -> journal("CAPTURE", "another key", "SUCCEEDED"))
                .isInstanceOf(DuplicateKeyException.class)
                .hasMessageContaining("payment_log_one_capture");
        journal("CAPTURE", "a third key", "GONE");
    }

    @Test
    void theDatabaseItselfRefusesASecondEntryUnderOneKey() {
        openedAndCaptured();
        journal("VOID", "a key of order " + order, "GONE");

        assertThatThrownBy(() -> journal("REFUND", "a key of order " + order, "GONE"))
                .isInstanceOf(DuplicateKeyException.class);
    }

    private void journal(String operation, String key, String outcome) {
        jdbc.sql(
                        """
                        INSERT INTO payment_log (order_id, operation, idempotency_key, intended_at, outcome, decided_at)
                        VALUES (:order, :operation, :key, now(), :outcome, now())
                        """)
                .param("order", order.value())
                .param("operation", operation)
                .param("key", key)
                .param("outcome", outcome)
                .update();
    }

    private static Fact fact(byte[] payload) {
        try {
            var event = PaymentEvent.parseFrom(payload);
            return switch (event.getFactCase()) {
                case PAYMENT_CAPTURED ->
                    new Fact.Captured(money(event.getPaymentCaptured().getAmount()));
                case PAYMENT_REFUNDED ->
                    new Fact.Refunded(money(event.getPaymentRefunded().getAmount()));
                case PAYMENT_VOIDED -> new Fact.Voided();
                case CAPTURE_FAILED -> new Fact.CaptureFailed();
                case FACT_NOT_SET -> throw new IllegalStateException("an announcement of nothing");
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Money money(io.meridian.contracts.common.v1.Money money) {
        return new Money(money.getAmount(), money.getCurrency());
    }
}
