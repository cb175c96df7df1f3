/** Many schedules: counted, reported, and one of them told step by step. */
@NullMarked
package io.meridian.simulation.campaign;

import org.jspecify.annotations.NullMarked;
