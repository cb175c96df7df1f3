package io.meridian.order.store;

import io.meridian.order.model.StoreUnavailable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/** Tells a database that is away from a statement that is wrong: the first passes, the second is a fault of ours. */
final class Faults {

    private static final Logger log = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static <R> R translated(Supplier<R> work) {
        try {
            return work.get();
        } catch (DataAccessResourceFailureException
                | TransientDataAccessException
                | RecoverableDataAccessException
                | TransactionException fault) {
            log.atWarn().addKeyValue("why", fault.getMessage()).log("the database cannot be used");
            throw new StoreUnavailable("the database cannot be reached or did not answer", fault);
        }
    }
}
