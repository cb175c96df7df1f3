/** Sends a request that may be sent again a second time, when that helps and costs little: the only place of the platform that does. */
@NullMarked
package io.meridian.gateway.repeating;

import org.jspecify.annotations.NullMarked;
