/** One seed from the first order to the verdict of the oracles. */
@NullMarked
package io.meridian.simulation.schedule;

import org.jspecify.annotations.NullMarked;
