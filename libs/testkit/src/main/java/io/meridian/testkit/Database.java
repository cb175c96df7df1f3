package io.meridian.testkit;

/**
 * An empty database and the role that owns it (LOGIN, REPLICATION).
 *
 * @param name of the database and of the role
 * @param jdbcUrl without credentials
 */
public record Database(String name, String jdbcUrl, String username, String password) {}
