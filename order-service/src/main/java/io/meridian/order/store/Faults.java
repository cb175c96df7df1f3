package io.meridian.order.store;

import io.meridian.order.model.StoreUnavailable;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/** Tells a database that is away from a statement that is wrong: the first passes, the second is a fault of ours. */
final class Faults {

    private Faults() {}

    static <R> R translated(Supplier<R> work) {
        try {
            return work.get();
        } catch (DataAccessResourceFailureException
                | TransientDataAccessException
                | RecoverableDataAccessException
                | TransactionException fault) {
            throw new StoreUnavailable("the database cannot be reached or did not answer", fault);
        }
    }
}
