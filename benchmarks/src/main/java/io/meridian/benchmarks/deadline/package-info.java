/** What the deadline costs where it is read, opened and timed, beside what others use for the same. */
@NullMarked
package io.meridian.benchmarks.deadline;

import org.jspecify.annotations.NullMarked;
