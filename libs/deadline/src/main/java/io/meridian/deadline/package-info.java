/**
 * How long an answer is still wanted: a {@link io.meridian.deadline.Deadline}, the {@link io.meridian.deadline.DeadlineScope}
 * that carries it through the code that serves one request, and the {@link io.meridian.deadline.Hop} that hands a part of it on.
 * Knows only the JDK; each technology has a package of its own below this one.
 */
@NullMarked
package io.meridian.deadline;

import org.jspecify.annotations.NullMarked;
