package io.meridian.outbox.kafka;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;

/**
 * Why a record's handling failed, which decides how often it is tried again. Of several reasons along the chain of causes the most
 * patient one counts.
 */
enum Verdict {

    /** The record is no event: never again. */
    UNREADABLE,
    /** The record or the listener is wrong, as far as anyone can tell: a few times, it may have been bad luck. */
    FAULTY,
    /** The database could not do it just now: for minutes, then the record itself is the likely reason. */
    TRANSIENT,
    /** What is needed cannot even be reached, which no record brings about: for as long as it takes. */
    UNREACHABLE;

    static Verdict on(Throwable failure) {
        var verdict = FAULTY;
        // Chains of causes are short; the bound is for one that leads back to itself.
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof UnreadableEventException) {
                return UNREADABLE;
            }
            if (isUnreachable(cause)) {
                return UNREACHABLE;
            }
            if (isTransient(cause)) {
                verdict = TRANSIENT;
            }
            cause = cause.getCause();
        }
        return verdict;
    }

    private static boolean isUnreachable(Throwable cause) {
        return switch (cause) {
            case DependencyDownException _,
                    CannotGetJdbcConnectionException _,
                    CannotCreateTransactionException _,
                    SQLTransientConnectionException _,
                    SQLNonTransientConnectionException _ -> true;
            case SQLException sql -> isLostConnection(sql.getSQLState());
            default -> false;
        };
    }

    private static boolean isTransient(Throwable cause) {
        return switch (cause) {
            case TransientDataAccessException _,
                    RecoverableDataAccessException _,
                    DataAccessResourceFailureException _,
                    TransactionSystemException _,
                    TransactionTimedOutException _,
                    SQLTransientException _,
                    SQLRecoverableException _,
                    SocketException _,
                    SocketTimeoutException _,
                    TimeoutException _ -> true;
            default -> false;
        };
    }

    /** Class 08 is a connection exception, 57P01 to 57P03 a server shutting down or starting up. */
    private static boolean isLostConnection(@Nullable String sqlState) {
        return sqlState != null && (sqlState.startsWith("08") || sqlState.startsWith("57P0"));
    }
}
