/** The order service of a simulated platform: its rows, its stores, and its real use cases and edges put together. */
@NullMarked
package io.meridian.simulation.order;

import org.jspecify.annotations.NullMarked;
