package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;

/** What all connections of a data source share. */
record Leg(JdbcSettings settings, DeadlineListener listener, MissingDeadline missing, OwnTimeouts ownTimeouts) {

    /** {@code query_canceled}. */
    static final String CANCELED = "57014";

    /** The name of the neighbour, for listeners. */
    static final String HOP = "database";

    /** What is thrown instead of beginning something. */
    SQLTimeoutException refused(DeadlineScope scope, String what) {
        listener.refusedBeforeDispatch(HOP, Duration.ZERO);
        var cause = new ScopeEndedException(ending(scope), what);
        return new SQLTimeoutException(cause.getMessage(), CANCELED, cause);
    }

    /** What is thrown for something that the end of the scope stopped. */
    SQLTimeoutException stopped(DeadlineScope scope, Stage stage, SQLException cause) {
        var ending = ending(scope);
        listener.stopped(stage, ending);
        var why = ending == Ending.EXPIRED ? "the deadline passed: " : "the caller is gone: ";
        return new SQLTimeoutException(why + cause.getMessage(), CANCELED, cause.getErrorCode(), cause);
    }

    private static Ending ending(DeadlineScope scope) {
        return scope.ending().orElse(Ending.EXPIRED);
    }
}
