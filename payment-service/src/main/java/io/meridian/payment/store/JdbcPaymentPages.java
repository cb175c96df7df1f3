package io.meridian.payment.store;

import io.meridian.payment.authorising.PaymentPages;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Payments along the primary key; a page is read from where the last one ended, so that late pages cost no more than the first. */
public final class JdbcPaymentPages implements PaymentPages {

    private static final String AFTER = """
            SELECT * FROM payments
            WHERE order_id > :after AND status <> 'CLOSED'
            ORDER BY order_id
            LIMIT :limit
            """;

    private static final UUID LOWEST = new UUID(0, 0);

    private final JdbcClient jdbc;

    public JdbcPaymentPages(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Payment> after(@Nullable OrderId after, int limit) {
        return jdbc.sql(AFTER)
                .param("after", after == null ? LOWEST : after.value())
                .param("limit", limit)
                .query(JdbcPayments::payment)
                .list();
    }
}
