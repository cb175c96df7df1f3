/** Payment of a simulated platform: its rows, its store, the card provider, and its real use cases and edges put together. */
@NullMarked
package io.meridian.simulation.payment;

import org.jspecify.annotations.NullMarked;
