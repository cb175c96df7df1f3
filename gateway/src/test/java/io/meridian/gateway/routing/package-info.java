/** Tests of this room without its neighbours. */
@NullMarked
package io.meridian.gateway.routing;

import org.jspecify.annotations.NullMarked;
