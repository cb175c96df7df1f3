/** The servlet door: refusals, limits, signatures and timings of HTTP on virtual threads. */
@NullMarked
package io.meridian.edges.http;

import org.jspecify.annotations.NullMarked;
