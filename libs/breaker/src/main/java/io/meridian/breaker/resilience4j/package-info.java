/**
 * The breaker as a {@code CircuitBreaker} and a {@code Bulkhead} of Resilience4j, so that its registry, events, actuator endpoints, health
 * indicator and metrics work with it unchanged.
 */
@NullMarked
package io.meridian.breaker.resilience4j;

import org.jspecify.annotations.NullMarked;
