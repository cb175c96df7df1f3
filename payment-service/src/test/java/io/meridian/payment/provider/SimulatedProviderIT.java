package io.meridian.payment.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.payment.WholePaymentService;
import io.meridian.payment.authorising.Provider;
import io.meridian.payment.authorising.Provider.Standing;
import io.meridian.payment.authorising.ProviderContract;
import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.Token;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@WholePaymentService
class SimulatedProviderIT extends ProviderContract {

    private static final Duration SHORT = Duration.ofMillis(300);

    @Autowired
    @Qualifier("ledger")
    private DataSource ledger;

    @Autowired
    private PlatformTransactionManager transactions;

    private SimulatedProvider provider;

    @BeforeEach
    void connect() {
        provider = new SimulatedProvider(
                JdbcClient.create(ledger), new TransactionTemplate(new JdbcTransactionManager(ledger)));
    }

    @Override
    protected Provider provider() {
        return provider;
    }

    @Override
    protected long moved(Operation operation) {
        var kind =
                switch (operation) {
                    case AUTHORISE -> "RESERVED";
                    case CAPTURE -> "CAPTURED";
                    case VOID -> "CANCELLED";
                    case REFUND -> "REFUNDED";
                };
        return JdbcClient.create(ledger)
                .sql(
                        """
                        SELECT count(*) FROM provider.movements m
                        JOIN provider.authorisations a ON a.reference = m.reference
                        WHERE a.idempotency_key = :key AND m.kind = :kind
                        """)
                .param("key", authorisation.value())
                .param("kind", kind)
                .query(Long.class)
                .single();
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined, CARD_DECLINED",
        "tok_insufficient_funds, INSUFFICIENT_FUNDS",
        "tok_nobody, UNKNOWN_CARD",
        "TOK_OK, UNKNOWN_CARD",
        "tok_slow_, UNKNOWN_CARD",
        "tok_slow_-1, UNKNOWN_CARD",
        "tok_slow_60001, UNKNOWN_CARD",
        "tok_slow_999999999999, UNKNOWN_CARD",
        "x';DROP/**/TABLE/**/payments;--, UNKNOWN_CARD"
    })
    void refusesTheseCards(String token, DeclineReason reason) {
        assertThat(provider.authorise(authorisation, card(token))).isEqualTo(new Answer.Declined(reason));
        assertThat(provider.query(authorisation)).isEqualTo(new Standing.Known(new Answer.Declined(reason)));
        assertThat(moved(Operation.AUTHORISE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_ok", "tok_slow_0", "tok_slow_5"})
    void takesTheseCards(String token) {
        assertThat(provider.authorise(authorisation, card(token))).isInstanceOf(Answer.Done.class);
        assertThat(moved(Operation.AUTHORISE)).isOne();
    }

    @Test
    void failsOnTheBrokenCardAndDoesNothing() {
        assertThat(provider.authorise(authorisation, card("tok_error"))).isEqualTo(new Answer.Failed());
        assertThat(provider.query(authorisation)).isEqualTo(new Standing.Unseen());
    }

    @Test
    void aSlowCardIsBeingWorkedOnUntilItsTimeIsUpAlsoWhenNobodyWaits() {
        assertThat(bounded().authorise(authorisation, card("tok_slow_1500"))).isEqualTo(new Answer.Unanswered());

        assertThat(provider.query(authorisation)).isEqualTo(new Standing.Working());
        await().atMost(Duration.ofSeconds(30)).until(() -> provider.query(authorisation) instanceof Standing.Known);
        assertThat(moved(Operation.AUTHORISE)).isOne();
    }

    @Test
    void theSilentCardIsChargedAndOnlyAQuerySaysSo() {
        var silent = card("tok_timeout");

        assertThat(bounded().authorise(authorisation, silent)).isEqualTo(new Answer.Unanswered());
        assertThat(bounded().authorise(authorisation, silent)).isEqualTo(new Answer.Unanswered());
        assertThat(bounded().capture(key(Operation.CAPTURE), authorisation, amount))
                .isEqualTo(new Answer.Unanswered());

        assertThat(provider.query(authorisation)).isInstanceOf(Standing.Known.class);
        assertThat(provider.query(key(Operation.CAPTURE))).isInstanceOf(Standing.Known.class);
        assertThat(moved(Operation.AUTHORISE)).isOne();
        assertThat(moved(Operation.CAPTURE)).isOne();
    }

    @Test
    void whatItDidOutlivesARollbackOfOurs() {
        new TransactionTemplate(transactions).executeWithoutResult(ours -> {
            CompletableFuture.runAsync(() -> provider.authorise(authorisation, charge))
                    .join();
            ours.setRollbackOnly();
        });

        assertThat(provider.query(authorisation)).isInstanceOf(Standing.Known.class);
    }

    private BoundedProvider bounded() {
        return new BoundedProvider(provider, SHORT, 10);
    }

    private Charge card(String token) {
        return new Charge(amount, new Token(token));
    }
}
