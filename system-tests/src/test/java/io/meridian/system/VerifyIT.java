package io.meridian.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.local.oracle.Evidence.HoldStatus;
import io.meridian.local.oracle.Evidence.PaymentStatus;
import io.meridian.local.oracle.EvidenceReader;
import io.meridian.local.oracle.Examination;
import io.meridian.local.oracle.Examination.Settings;
import io.meridian.local.oracle.Finding;
import io.meridian.local.oracle.Oracles;
import io.meridian.local.platform.Reconciliation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The oracles and the job that compares the books on a real platform: each sees what is planted in the tables, and does not see it any more
 * once it is repaired. Judged is what concerns the orders and products of this test; what other tests leave is theirs.
 */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class VerifyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String QUIET_SKU = "SKU-0777";

    private final Meridian meridian;

    VerifyIT(Meridian meridian) {
        this.meridian = meridian;
    }

    @Test
    void whatIsPlantedIsSeenUntilItIsRepaired() throws Exception {
        try (var reader = meridian.evidence()) {
            var id = completed(reader);

            assertThat(findings(reader, id)).isEmpty();

            planted(reader, "money", id, "payments", """
                    INSERT INTO provider.movements (reference, kind, amount)
                    SELECT m.reference, 'CAPTURED', m.amount FROM provider.movements m
                    JOIN provider.authorisations a ON a.reference = m.reference
                    JOIN payment_log l ON l.idempotency_key = a.idempotency_key
                    WHERE l.order_id = '%s' AND m.kind = 'CAPTURED'
                    """, """
                    DELETE FROM provider.movements WHERE id = (SELECT max(m.id) FROM provider.movements m
                    JOIN provider.authorisations a ON a.reference = m.reference
                    JOIN payment_log l ON l.idempotency_key = a.idempotency_key
                    WHERE l.order_id = '%s' AND m.kind = 'CAPTURED')
                    """);
            planted(reader, "ledger", id, "payments", """
                    UPDATE payment_log SET outcome = NULL, decided_at = NULL WHERE order_id = '%s' AND operation = 'CAPTURE'
                    """, """
                    UPDATE payment_log SET outcome = 'SUCCEEDED', decided_at = now()
                    WHERE order_id = '%s' AND operation = 'CAPTURE'
                    """);
            planted(reader, "effects", id, "orders", """
                    INSERT INTO order_transitions SELECT order_id, 99, 'PAYMENT_CAPTURED', NULL, now()
                    FROM order_status WHERE order_id = '%s'
                    """, "DELETE FROM order_transitions WHERE order_id = '%s' AND sequence = 99");
            planted(reader, "stock", QUIET_SKU, "inventory", """
                    UPDATE stock SET on_hand = on_hand - 1, sold = sold + 1 WHERE sku = '%s'
                    """, "UPDATE stock SET on_hand = on_hand + 1, sold = sold - 1 WHERE sku = '%s'");
        }
    }

    @Test
    void aPaymentThatIsGoneIsMissedByTheOraclesAndByTheJob() throws Exception {
        try (var reader = meridian.evidence()) {
            var id = completed(reader);
            var before = meridian.reconcile(Duration.ofSeconds(5));

            sql("payments", """
                    CREATE TABLE saved_payments AS SELECT * FROM payments WHERE order_id = '%1$s';
                    CREATE TABLE saved_log AS SELECT * FROM payment_log WHERE order_id = '%1$s';
                    DELETE FROM payment_log WHERE order_id = '%1$s';
                    DELETE FROM payments WHERE order_id = '%1$s';
                    """.formatted(id));
            var without = meridian.reconcile(Duration.ofSeconds(1));
            var found = findings(reader, id);
            sql("payments", """
                    INSERT INTO payments SELECT * FROM saved_payments;
                    INSERT INTO payment_log OVERRIDING SYSTEM VALUE SELECT * FROM saved_log;
                    DROP TABLE saved_payments, saved_log;
                    """);

            assertThat(differences(before, id)).isEmpty();
            assertThat(differences(without, id)).containsExactly("NOT_CAPTURED");
            assertThat(found).anyMatch(it -> it.startsWith("ends ") && it.contains("its payment is not there"));
            assertThat(findings(reader, id)).isEmpty();
            assertThat(differences(meridian.reconcile(Duration.ofSeconds(5)), id)).isEmpty();
        }
    }

    private void planted(
            EvidenceReader reader, String oracle, String about, String database, String plant, String repair)
            throws Exception {
        sql(database, plant.formatted(about));
        var red = findings(reader, about);
        sql(database, repair.formatted(about));

        assertThat(red).as(oracle).isNotEmpty().allMatch(it -> it.startsWith(oracle + " "));
        assertThat(findings(reader, about)).as(oracle + " after the repair").isEmpty();
    }

    /** A confirmed order of which all know all. */
    private String completed(EvidenceReader reader) {
        var placed = meridian.gateway()
                .place(Door.freshKey(), Door.order("verify-" + UUID.randomUUID(), "SKU-0021", 2, "tok_ok"));
        assertThat(placed.status()).as(placed.toString()).isEqualTo(201);
        var id = UUID.fromString(placed.text("id"));
        await().atMost(PATIENCE).untilAsserted(() -> {
            var evidence = reader.read();
            assertThat(evidence.money().payments())
                    .anyMatch(it -> it.order().equals(id) && it.status() == PaymentStatus.CAPTURED);
            assertThat(evidence.stock().holds())
                    .anyMatch(it -> it.order().equals(id) && it.status() == HoldStatus.COMMITTED);
            assertThat(evidence.orders())
                    .anyMatch(it -> it.id().equals(id) && it.steps().size() == 4);
        });
        return id.toString();
    }

    /** What the oracles find about this, each with the oracle's name before it. */
    private static List<String> findings(EvidenceReader reader, String about) throws InterruptedException {
        return new Examination(reader::read, Oracles.all(), new Settings(Duration.ofSeconds(1), Duration.ofMillis(200)))
                .run().stream()
                        .flatMap(result -> result.findings().stream()
                                .filter(it -> isAbout(it, about))
                                .map(it -> result.oracle().name() + " " + it))
                        .toList();
    }

    private static boolean isAbout(Finding finding, String about) {
        return finding.id().contains(about) || finding.what().contains(about);
    }

    private static List<String> differences(Reconciliation books, String order) {
        return books.differences().stream()
                .filter(it -> it.orderId().equals(order))
                .map(Reconciliation.Difference::kind)
                .toList();
    }

    private void sql(String database, String statements) throws SQLException {
        try (var connection = meridian.database(database);
                var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }
}
