/** The names and the set-up of the three signals; the only room that knows Micrometer and OpenTelemetry. */
@NullMarked
package io.meridian.observability;

import org.jspecify.annotations.NullMarked;
