/** A deterministic simulation of the platform with its real classes; {@code simulation/README.md} says how it is run. */
@NullMarked
package io.meridian.simulation;

import org.jspecify.annotations.NullMarked;
