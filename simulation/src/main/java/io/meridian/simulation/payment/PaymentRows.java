package io.meridian.simulation.payment;

import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.database.Row;
import io.meridian.simulation.database.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tables of payment, as its migrations have them. */
public final class PaymentRows {

    /** The money of one order. */
    public record PaymentRow(Payment payment) implements Row {

        @Override
        public void check() {
            var waits = payment.state() instanceof State.Unfinished || payment.state() instanceof State.Authorised;
            Row.require(!waits || payment.dueAt() != null, "somebody looks after what is not finished");
        }
    }

    /** What was asked of the provider, and what came of it. */
    public record LogRow(OrderId order, Operation operation, Instant intendedAt, @Nullable String outcome)
            implements Row {}

    public final Table<OrderId, PaymentRow> payments;
    public final Table<IdempotencyKey, LogRow> log;

    public PaymentRows(Database database) {
        this.payments = database.table("payments");
        this.log = database.table("payment_log");
    }
}
