package io.meridian.simulation.database;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.jdbc.HeaderJson;
import io.meridian.simulation.engine.Node;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/**
 * A process's connections to its database, as a {@code DataSource}: Spring's transaction management, the library's inbox and its
 * outbox work with it as they do with PostgreSQL's. The services' own stores use {@link #run} with a function where theirs have SQL.
 *
 * <p>Of SQL it knows the statements of the inbox and the outbox, by their tables and the order of their parameters; anything else is refused
 * by name.
 */
public final class Connections extends AbstractDataSource {

    private static final String VERSIONS = "inbox_versions";
    private static final SQLStateSQLExceptionTranslator TRANSLATOR = new SQLStateSQLExceptionTranslator();

    private final Database database;
    private final Node node;
    private final Ports ports;

    /** What the wiring may bend: where the inbox and the outbox put their rows. */
    public interface Ports {

        Ports STRAIGHT = new Ports() {};

        /** Whether the event is news. */
        default boolean hear(
                Transaction transaction, Database database, Node node, Database.Hearing hearing, Instant at) {
            return transaction.insert(database.inbox(), hearing, new Database.Heard(at));
        }

        /** Whether the event is newer than all that was heard about its subject; notes it if so. */
        default boolean isNewest(Transaction transaction, Database database, Database.Subject subject, long number) {
            return database.hearNewer(transaction, subject, number);
        }

        /** Appends the event. */
        default void append(Transaction transaction, Database database, StoredEvent event) {
            database.append(transaction, event);
        }
    }

    public Connections(Database database, Node node, Ports ports) {
        this.database = database;
        this.node = node;
        this.ports = ports;
    }

    public Database database() {
        return database;
    }

    /**
     * Does {@code body} as one statement, in the transaction that is bound to the task or in one of its own.
     *
     * @throws DataAccessException as Spring translates what PostgreSQL's driver throws
     */
    public <T> T run(String statement, Function<Transaction, T> body) {
        var connection = DataSourceUtils.getConnection(this);
        try {
            return session(connection).execute(statement, body);
        } catch (SQLException failure) {
            var translated = TRANSLATOR.translate(statement, null, failure);
            throw translated == null ? new UncategorizedSQLException(statement, null, failure) : translated;
        } finally {
            DataSourceUtils.releaseConnection(connection, this);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return proxy(Connection.class, new OfConnection(database.open(node)));
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    private static Session session(Connection connection) {
        return ((OfConnection) Proxy.getInvocationHandler(connection)).session;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Connections.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private final class OfConnection implements InvocationHandler {

        private final Session session;

        OfConnection(Session session) {
            this.session = session;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            return switch (method.getName()) {
                case "getAutoCommit" -> session.getAutoCommit();
                case "setAutoCommit" -> {
                    session.setAutoCommit(Boolean.TRUE.equals(first(arguments)));
                    yield null;
                }
                case "commit" -> {
                    session.commit();
                    yield null;
                }
                case "rollback" -> {
                    session.rollback();
                    yield null;
                }
                case "close" -> {
                    session.close();
                    yield null;
                }
                case "isClosed" -> session.isBroken();
                case "isReadOnly" -> false;
                case "prepareStatement" -> proxy(
                        PreparedStatement.class, new OfStatement(session, String.valueOf(first(arguments))));
                case "hashCode" -> System.identityHashCode(this);
                case "equals" -> proxy == first(arguments);
                case "toString" -> "connection to " + database.name();
                default -> throw new SQLFeatureNotSupportedException("Connection." + method.getName());
            };
        }
    }

    private final class OfStatement implements InvocationHandler {

        private final Session session;
        private final String sql;
        private final List<@Nullable Object> parameters = new ArrayList<>();

        OfStatement(Session session, String sql) {
            this.session = session;
            this.sql = sql;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            var name = method.getName();
            if (name.startsWith("set") && arguments != null && arguments.length >= 2 && arguments[0] instanceof Integer index) {
                while (parameters.size() < index) {
                    parameters.add(null);
                }
                parameters.set(index - 1, name.equals("setNull") ? null : arguments[1]);
                return null;
            }
            return switch (name) {
                case "executeUpdate" -> update();
                case "executeQuery" -> proxy(ResultSet.class, new OneColumn(query()));
                case "close", "setQueryTimeout", "setFetchSize", "setMaxRows" -> null;
                case "hashCode" -> System.identityHashCode(this);
                case "equals" -> proxy == first(arguments);
                case "toString" -> sql;
                default -> throw new SQLFeatureNotSupportedException("PreparedStatement." + name);
            };
        }

        private int update() throws SQLException {
            if (sql.contains("INSERT INTO outbox_events")) {
                var event = new StoredEvent(
                        (UUID) parameter(0),
                        text(1),
                        text(2),
                        text(3),
                        (byte[]) parameter(4),
                        HeaderJson.read(text(5)),
                        instant(6));
                return session.execute("outbox", it -> {
                    ports.append(it, database, event);
                    return 1;
                });
            }
            if (sql.contains("INSERT INTO inbox_events") && !sql.contains(VERSIONS)) {
                var hearing = new Database.Hearing(text(0), text(1));
                var at = instant(2);
                return session.execute("inbox", it -> ports.hear(it, database, node, hearing, at) ? 1 : 0);
            }
            throw new SQLFeatureNotSupportedException("the simulation does not know: " + sql);
        }

        private Object parameter(int index) {
            var value = parameters.get(index);
            if (value == null) {
                throw new IllegalStateException("the simulation expected parameter " + index + " of: " + sql);
            }
            return value;
        }

        private String text(int index) {
            return parameter(index).toString();
        }

        private long number(int index) {
            return ((Number) parameter(index)).longValue();
        }

        private Instant instant(int index) {
            return ((OffsetDateTime) parameter(index)).toInstant();
        }

        /** The rows of a query with one column. */
        private List<Long> query() throws SQLException {
            if (sql.contains("INSERT INTO inbox_events") && sql.contains("INSERT INTO " + VERSIONS)) {
                var hearing = new Database.Hearing(text(0), text(1));
                var at = instant(2);
                var subject = new Database.Subject(text(3), text(4));
                var number = number(5);
                return session.execute("inbox", it -> {
                    if (!ports.hear(it, database, node, hearing, at)) {
                        return List.of(0L);
                    }
                    return List.of(ports.isNewest(it, database, subject, number) ? 2L : 1L);
                });
            }
            if (sql.contains("SELECT sequence FROM " + VERSIONS)) {
                var subject = new Database.Subject(text(0), text(1));
                return session.execute("inbox", it -> database.newest(it, subject));
            }
            throw new SQLFeatureNotSupportedException("the simulation does not know: " + sql);
        }
    }

    /** A result with one column of numbers. */
    private static final class OneColumn implements InvocationHandler {

        private final Iterator<Long> rows;
        private long row;

        OneColumn(List<Long> rows) {
            this.rows = rows.iterator();
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws SQLException {
            return switch (method.getName()) {
                case "next" -> {
                    var more = rows.hasNext();
                    if (more) {
                        row = rows.next();
                    }
                    yield more;
                }
                case "getMetaData" -> proxy(ResultSetMetaData.class, (_, asked, _) -> {
                    if (asked.getName().equals("getColumnCount")) {
                        return 1;
                    }
                    throw new SQLFeatureNotSupportedException("ResultSetMetaData." + asked.getName());
                });
                case "getInt" -> (int) row;
                case "getLong" -> row;
                case "wasNull" -> false;
                case "close" -> null;
                default -> throw new SQLFeatureNotSupportedException("ResultSet." + method.getName());
            };
        }
    }

    private static @Nullable Object first(Object @Nullable [] arguments) {
        return arguments == null || arguments.length == 0 ? null : arguments[0];
    }
}
