package io.meridian.local.parts;

import java.util.List;

/** PostgreSQL 18 with durable commits and logical replication. */
public final class Postgres extends Part {

    /** The role that administers; its password is the one of {@link Postgres#Postgres(PartSettings, String)}. */
    public static final String ADMINISTRATOR = "postgres";

    public Postgres(PartSettings settings, String password) {}

    /** Creates for each name a role (LOGIN, REPLICATION) and a database it owns, where they are missing. */
    public void createDatabases(List<String> names) {
        throw new UnsupportedOperationException();
    }
}
