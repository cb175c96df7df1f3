/** What goes wrong in a schedule, when, and the proof that it did. */
@NullMarked
package io.meridian.simulation.fault;

import org.jspecify.annotations.NullMarked;
