/** Tests of this room without its neighbours. */
@NullMarked
package io.meridian.gateway.console;

import org.jspecify.annotations.NullMarked;
