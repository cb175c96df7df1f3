package io.meridian.local.parts;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The databases of a PostgreSQL server and the roles that own them, seen by its administrator. */
public final class Databases {

    // Names and passwords cannot be parameters of these statements, so the server itself quotes them.

    private static final String CREATE_ROLE = """
            SELECT format('CREATE ROLE %I', ?)
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)""";

    private static final String ALTER_ROLE = """
            SELECT format('ALTER ROLE %I LOGIN REPLICATION PASSWORD %L', ?, ?)""";

    private static final String CREATE_DATABASE = """
            SELECT format('CREATE DATABASE %I OWNER %I', ?, ?)
             WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ?)""";

    private static final String CLOSE_DATABASE = """
            SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', ?)""";

    private static final String END_SLOT_READERS = """
            SELECT format('SELECT pg_terminate_backend(%s, 10000)', active_pid)
              FROM pg_replication_slots
             WHERE database = ? AND active_pid IS NOT NULL""";

    private static final String DROP_SLOTS = """
            SELECT format('SELECT pg_drop_replication_slot(%L)', slot_name)
              FROM pg_replication_slots
             WHERE database = ?""";

    private static final String DROP_DATABASE = "SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', ?)";

    private static final String DROP_ROLE = "SELECT format('DROP ROLE IF EXISTS %I', ?)";

    private final String host;
    private final int port;
    private final String password;

    /**
     * Nothing is connected yet.
     *
     * @param password of the administrator, and of every role created here
     */
    public Databases(String host, int port, String password) {
        this.host = host;
        this.port = port;
        this.password = password;
    }

    /**
     * Gives each name a role (LOGIN, REPLICATION) and a database it owns and nobody else may enter; what exists stays as it is.
     *
     * @throws PartException if PostgreSQL refuses
     */
    public void create(List<String> names) {
        try (var connection = Answers.administrator(host, port, password)) {
            for (var name : names) {
                execute(connection, CREATE_ROLE, name, name);
                execute(connection, ALTER_ROLE, name, password);
                execute(connection, CREATE_DATABASE, name, name, name);
                execute(connection, CLOSE_DATABASE, name);
            }
        } catch (SQLException e) {
            throw new PartException("postgres did not create the databases %s: %s".formatted(names, e.getMessage()), e);
        }
    }

    /**
     * Takes the database, its replication slots and its role away, disconnecting whoever still uses them.
     *
     * @throws PartException if PostgreSQL refuses
     */
    public void drop(String name) {
        try (var connection = Answers.administrator(host, port, password)) {
            execute(connection, END_SLOT_READERS, name);
            execute(connection, DROP_SLOTS, name);
            execute(connection, DROP_DATABASE, name);
            execute(connection, DROP_ROLE, name);
        } catch (SQLException e) {
            throw new PartException("postgres did not drop the database %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Runs what the query answers. */
    private static void execute(Connection connection, String query, String... parameters) throws SQLException {
        var statements = new ArrayList<String>();
        try (PreparedStatement ask = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                ask.setString(i + 1, parameters[i]);
            }
            try (var rows = ask.executeQuery()) {
                while (rows.next()) {
                    statements.add(rows.getString(1));
                }
            }
        }
        try (var act = connection.createStatement()) {
            for (var statement : statements) {
                act.execute(statement);
            }
        }
    }
}
