/**
 * Deadlines down to the SQL statement: a {@link io.meridian.deadline.jdbc.DeadlineDataSource} whose connections tell PostgreSQL how
 * long each statement is still wanted.
 */
@NullMarked
package io.meridian.deadline.jdbc;

import org.jspecify.annotations.NullMarked;
