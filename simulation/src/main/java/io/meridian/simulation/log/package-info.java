/** A log with partitions, producers that may not hear what became of a record, and consumer groups whose partitions change hands. */
@NullMarked
package io.meridian.simulation.log;

import org.jspecify.annotations.NullMarked;
