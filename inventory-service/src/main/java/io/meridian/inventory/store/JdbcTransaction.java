package io.meridian.inventory.store;

import io.meridian.inventory.holding.Atomically;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One database transaction; joins the caller's if there is one. */
public final class JdbcTransaction implements Atomically {

    private final TransactionTemplate transaction;

    public JdbcTransaction(PlatformTransactionManager transactions) {
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public <T> T run(Supplier<T> changes) {
        return transaction.execute(_ -> changes.get());
    }
}
