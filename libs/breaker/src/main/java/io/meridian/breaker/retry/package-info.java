/**
 * When to ask a second time, and when better not: {@link io.meridian.breaker.retry.Retries} decides for all calls to one dependency,
 * from a budget that grows with what succeeds. Decisions only; whoever carries one out is in a package of its technology.
 */
@NullMarked
package io.meridian.breaker.retry;

import org.jspecify.annotations.NullMarked;
