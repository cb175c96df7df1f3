/** A database in memory with the semantics the services rely on: transactions, locks, constraints, its own clock, its log. */
@NullMarked
package io.meridian.simulation.database;

import org.jspecify.annotations.NullMarked;
