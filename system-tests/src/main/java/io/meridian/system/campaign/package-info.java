/** Schedules of faults, run on a platform under load, judged and reported. */
@NullMarked
package io.meridian.system.campaign;

import org.jspecify.annotations.NullMarked;
