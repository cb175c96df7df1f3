package io.meridian.testkit;

import io.meridian.local.parts.Databases;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands out databases nobody has used, numbered within this JVM. */
final class FreshDatabases {

    static final String PASSWORD = "meridian";

    private final Databases databases;
    private final AtomicInteger count = new AtomicInteger();

    FreshDatabases(Databases databases) {
        this.databases = databases;
    }

    Database create(PostgresHandle server) {
        var name = "test_" + count.incrementAndGet();
        databases.create(List.of(name));
        return new Database(name, server.jdbcUrl(name), name, PASSWORD);
    }

    void drop(Database database) {
        databases.drop(database.name());
    }
}
