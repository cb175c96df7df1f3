/** The two tables: what a service says, and what it has heard. */
@NullMarked
package io.meridian.outbox.jdbc;

import org.jspecify.annotations.NullMarked;
