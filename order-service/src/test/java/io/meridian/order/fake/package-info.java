/** The neighbours and the journal in memory: fakes that remember, and can be made to fail between any two of their steps. */
@NullMarked
package io.meridian.order.fake;

import org.jspecify.annotations.NullMarked;
