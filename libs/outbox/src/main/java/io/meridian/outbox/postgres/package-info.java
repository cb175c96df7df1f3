/** Reads the outbox from PostgreSQL's write-ahead log by logical replication (pgoutput), and keeps the tables small. */
@NullMarked
package io.meridian.outbox.postgres;

import org.jspecify.annotations.NullMarked;
