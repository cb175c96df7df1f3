package io.meridian.outbox.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.jdbc.Retention;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@ShopTest
class OutboxIT {

    private final ManualTime time = new ManualTime();
    private final AtomicInteger nudges = new AtomicInteger();
    private final String key = "k-" + UUID.randomUUID();
    private final JdbcClient jdbc;
    private final PlatformTransactionManager transactions;
    private final TransactionTemplate transaction;
    private final Outbox outbox;

    OutboxIT(DataSource dataSource, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.transaction = new TransactionTemplate(transactions);
        this.outbox = new Outbox(
                dataSource,
                List.of(() -> Map.of("a", "1", "b", "1"), () -> Map.of("b", "2", "ce_time", "forged")),
                time.instants(),
                1_000,
                Appending.TABLE,
                nudges::incrementAndGet);
    }

    @Test
    void appendingOutsideATransactionIsRefused() {
        assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> outbox.append(event(10)));

        assertThat(rows()).isZero();
    }

    @Test
    void transactionOfSomethingElseDoesNotCount() {
        TransactionSynchronizationManager.setActualTransactionActive(true);
        try {
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> outbox.append(event(10)));
        } finally {
            TransactionSynchronizationManager.setActualTransactionActive(false);
        }
    }

    @Test
    void eventStandsAndFallsWithTheTransactionAndNudgesAfterItsCommitOnly() {
        transaction.executeWithoutResult(status -> {
            outbox.append(event(10));
            status.setRollbackOnly();
        });
        assertThat(rows()).isZero();
        assertThat(nudges).hasValue(0);

        transaction.executeWithoutResult(_ -> {
            outbox.append(event(10));
            assertThat(nudges).hasValue(0);
        });
        assertThat(rows()).isEqualTo(1);
        assertThat(nudges).hasValue(1);
    }

    @Test
    void headersOfAllSourcesAreKeptTheLaterOneWins() {
        transaction.executeWithoutResult(_ -> outbox.append(event(10)));

        var headers = jdbc.sql("SELECT (headers - 'ce_sequence')::TEXT FROM outbox_events WHERE aggregate_id = :key")
                .param("key", key)
                .query(String.class)
                .single();
        assertThat(headers).isEqualTo("{\"a\": \"1\", \"b\": \"2\"}");
    }

    @Test
    void eventCarriesTheNumberOfItsRowSoThatReceiversKnowWhichIsTheNewer() {
        for (int i = 0; i < 3; i++) {
            transaction.executeWithoutResult(_ -> outbox.append(event(1)));
        }

        assertThat(count("SELECT count(*) FROM outbox_events WHERE aggregate_id = :key"
                        + " AND headers ->> 'ce_sequence' = sequence::TEXT"))
                .isEqualTo(3);
        assertThat(count("SELECT count(DISTINCT sequence) FROM outbox_events WHERE aggregate_id = :key"))
                .isEqualTo(3);
    }

    @Test
    void eventThatKafkaWouldRefuseIsRefusedFirst() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> transaction.executeWithoutResult(_ -> outbox.append(event(1_000))))
                .withMessageContaining("at most 1000 bytes")
                .withMessageContaining("meridian.outbox.max-event");
    }

    @Test
    void oldEventsAreForgottenInBatchesAndYoungOnesKept() {
        var inbox = new Inbox(jdbc, transactions, time.instants(), List.of());
        var retention = new Retention(jdbc, time.instants(), Duration.ofDays(7), Duration.ofDays(14), 3);
        for (int i = 0; i < 10; i++) {
            transaction.executeWithoutResult(_ -> outbox.append(event(1)));
            inbox.once(key, heard("old-" + i), () -> {});
        }
        time.advance(Duration.ofDays(7).plusSeconds(1));
        transaction.executeWithoutResult(_ -> outbox.append(event(1)));

        pruneToTheEnd(retention);
        assertThat(rows()).isEqualTo(1);
        assertThat(heard()).isEqualTo(10);

        time.advance(Duration.ofDays(6));
        inbox.once(key, heard("young"), () -> {});
        time.advance(Duration.ofDays(1).plusSeconds(1));

        pruneToTheEnd(retention);
        assertThat(rows()).isZero();
        assertThat(heard()).isEqualTo(1);
    }

    /** One run is bounded, and other tests of this context have left old events, too. */
    private static void pruneToTheEnd(Retention retention) {
        await().atMost(Duration.ofSeconds(90)).until(() -> retention.prune() == 0);
    }

    private OutgoingEvent event(int payloadBytes) {
        return new OutgoingEvent(Shop.SAID, key, "shop.v1.Said", new byte[payloadBytes]);
    }

    private IncomingEvent heard(String id) {
        return new IncomingEvent(id, "t", "s", time.now(), "k", new byte[0], Map.of());
    }

    private long rows() {
        return count("SELECT count(*) FROM outbox_events WHERE aggregate_id = :key");
    }

    private long heard() {
        return count("SELECT count(*) FROM inbox_events WHERE consumer = :key");
    }

    private long count(String sql) {
        return jdbc.sql(sql).param("key", key).query(Long.class).single();
    }
}
