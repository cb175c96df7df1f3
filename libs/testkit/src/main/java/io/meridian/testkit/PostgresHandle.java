package io.meridian.testkit;

/** The PostgreSQL of this JVM's tests: durable commits, logical replication on. */
public interface PostgresHandle extends PartHandle {

    /** Creates an empty database with an owner of its own. */
    Database freshDatabase();

    /** Drops a database and its replication slots, disconnecting whoever still uses it. */
    void drop(Database database);

    /** The URL of a database of this server, without credentials. */
    default String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host(), port(), database);
    }
}
