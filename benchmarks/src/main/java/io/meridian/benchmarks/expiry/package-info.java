/** What is left alive when deadlines pass, counted over many, on the whole platform. */
@NullMarked
package io.meridian.benchmarks.expiry;

import org.jspecify.annotations.NullMarked;
