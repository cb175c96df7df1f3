/**
 * One bad replica among good ones: whom of several instances to ask, whom to leave alone for a while, and when to look after it
 * again. Knows only the JDK. A breaker answers the other question, whether to ask any of them at all.
 */
@NullMarked
package io.meridian.breaker.ejection;

import org.jspecify.annotations.NullMarked;
