/** Virtual time, chance from a seed, processes that die and stop, and blocking code that runs one task at a time. */
@NullMarked
package io.meridian.simulation.engine;

import org.jspecify.annotations.NullMarked;
