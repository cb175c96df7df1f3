/** Which service answers what, over which connections, within which time, and what a caller is told when it cannot. */
@NullMarked
package io.meridian.gateway.routing;

import org.jspecify.annotations.NullMarked;
