package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.jdbc.Bounds.Way;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The driver's objects that are too wide to be delegated to by hand and too rarely used to be worth it: metadata, calls of procedures,
 * rows that are fetched piece by piece. No call of them is interrupted, and those that make the server work are bounded.
 */
final class Proxied implements InvocationHandler {

    private static final Set<String> WORK = Set.of(
            "execute",
            "executeQuery",
            "executeUpdate",
            "executeLargeUpdate",
            "executeBatch",
            "executeLargeBatch",
            "next",
            "previous",
            "first",
            "last",
            "absolute",
            "relative",
            "insertRow",
            "updateRow",
            "deleteRow",
            "refreshRow");

    private final Object target;
    private final Connection connection;

    /** What {@code getStatement} answers; null if the target's own. */
    private final @Nullable Statement statement;

    /** Null if nothing it does is bounded. */
    private final @Nullable Bounds bounds;

    private Proxied(Object target, Connection connection, @Nullable Statement statement, @Nullable Bounds bounds) {
        this.target = target;
        this.connection = connection;
        this.statement = statement;
        this.bounds = bounds;
    }

    static DatabaseMetaData shielded(DatabaseMetaData metaData, Connection connection) {
        return proxy(DatabaseMetaData.class, new Proxied(metaData, connection, null, null));
    }

    static CallableStatement bounded(CallableStatement call, Connection connection, Bounds bounds) {
        return proxy(CallableStatement.class, new Proxied(call, connection, null, bounds));
    }

    static ResultSet bounded(ResultSet rows, Connection connection, Statement statement, Bounds bounds) {
        return proxy(ResultSet.class, new Proxied(rows, connection, statement, bounds));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Proxied.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        var name = method.getName();
        if (bounds != null && WORK.contains(name)) {
            return bounds.execute(Sql.COMMAND, Way.TOLD, _ -> call(method, arguments));
        }
        return switch (name) {
            case "getConnection" -> connection;
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default ->
                name.equals("getStatement") && statement != null
                        ? statement
                        : DeadlineScope.<@Nullable Object, SQLException>shielded(() -> call(method, arguments));
        };
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws SQLException {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw thrown(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a method of an interface is public: " + method, e);
        }
    }

    private static SQLException thrown(@Nullable Throwable cause) {
        switch (cause) {
            case SQLException e -> {
                return e;
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException(cause);
        }
    }
}
