/**
 * What a server does when more is asked of it than it can do: the {@link io.meridian.breaker.shedding.Doorkeeper} lets so many calls work
 * at once, lets a few wait by their importance, and refuses the rest while that is still cheap. Knows only the JDK.
 */
@NullMarked
package io.meridian.breaker.shedding;

import org.jspecify.annotations.NullMarked;
