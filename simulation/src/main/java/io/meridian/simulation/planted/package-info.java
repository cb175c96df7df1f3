/** Bugs on purpose, each in an edge or in the wiring, to see the oracles fail. */
@NullMarked
package io.meridian.simulation.planted;

import org.jspecify.annotations.NullMarked;
