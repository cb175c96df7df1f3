/** Tests of this room without its neighbours. */
@NullMarked
package io.meridian.gateway.admission;

import org.jspecify.annotations.NullMarked;
