/** Calls that are made a second time, as publishers: cancelling one cancels every attempt that is under way for it. */
@NullMarked
package io.meridian.breaker.reactor;

import org.jspecify.annotations.NullMarked;
