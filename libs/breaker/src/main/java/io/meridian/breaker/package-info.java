/**
 * When to stop asking a dependency: a {@link io.meridian.breaker.Breaker} admits a call or refuses it, is told what became of it, and
 * learns from that alone. It is told how long the answer is still wanted, and knows nobody who could tell it. Knows only the JDK; each
 * technology has a package of its own below this one.
 */
@NullMarked
package io.meridian.breaker;

import org.jspecify.annotations.NullMarked;
