/** The library's relay session between a simulated database's log and a simulated broker. */
@NullMarked
package io.meridian.simulation.relay;

import org.jspecify.annotations.NullMarked;
