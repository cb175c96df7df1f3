/** Inventory of a simulated platform: its rows, its store, and its real use cases and edges put together. */
@NullMarked
package io.meridian.simulation.inventory;

import org.jspecify.annotations.NullMarked;
