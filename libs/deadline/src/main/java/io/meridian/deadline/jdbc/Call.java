package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import java.sql.SQLException;

/** A call of the driver without a result. */
@FunctionalInterface
interface Call {

    void run() throws SQLException;

    /** Runs it without an interrupt of the thread's scopes, which would close the socket. */
    static void shielded(Call call) throws SQLException {
        DeadlineScope.shielded(() -> {
            call.run();
            return true;
        });
    }
}
