/** The WebFlux door: the same refusals, signature and timings for a gateway. */
@NullMarked
package io.meridian.edges.reactive;

import org.jspecify.annotations.NullMarked;
