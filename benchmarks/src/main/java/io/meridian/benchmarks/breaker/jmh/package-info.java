/** What a breaker costs a call, beside Resilience4j's and Netflix's. */
@NullMarked
package io.meridian.benchmarks.breaker.jmh;

import org.jspecify.annotations.NullMarked;
