package io.meridian.deadline.jdbc;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.jdbc.Bounds.Way;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The driver's objects that are too wide to be delegated to by hand and too rarely used to be worth it: metadata, arrays, calls of
 * procedures. No call of them is interrupted, and those that make the server work are bounded.
 */
final class Proxied implements InvocationHandler {

    private static final Set<String> EXECUTIONS = Set.of(
            "execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch", "executeLargeBatch");

    private final Object target;
    private final BoundConnection connection;

    /** Null if nothing it does is bounded. */
    private final @Nullable Bounds bounds;

    private Proxied(Object target, BoundConnection connection, @Nullable Bounds bounds) {
        this.target = target;
        this.connection = connection;
        this.bounds = bounds;
    }

    static <T> T shielded(Class<T> type, T target, BoundConnection connection) {
        return proxy(type, new Proxied(target, connection, null));
    }

    static <T> T bounded(Class<T> type, T target, BoundConnection connection, Bounds bounds) {
        return proxy(type, new Proxied(target, connection, bounds));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Proxied.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return switch (method.getName()) {
            case "getConnection" -> connection;
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> bound(proxy, answer(method, arguments));
        };
    }

    private @Nullable Object answer(Method method, Object @Nullable [] arguments) throws SQLException {
        return bounds != null && EXECUTIONS.contains(method.getName())
                ? bounds.<@Nullable Object>execute(Sql.COMMAND, Way.TOLD, _ -> call(method, arguments))
                : DeadlineScope.<@Nullable Object, SQLException>shielded(() -> call(method, arguments));
    }

    private @Nullable Object bound(Object proxy, @Nullable Object answer) throws SQLException {
        return switch (answer) {
            case ResultSet rows -> connection.rows(rows, proxy instanceof Statement statement ? statement : null);
            case ResultSetMetaData columns -> new ShieldedColumns(columns);
            case null, default -> answer;
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
