/** Tests of this room without its neighbours. */
@NullMarked
package io.meridian.gateway.repeating;

import org.jspecify.annotations.NullMarked;
