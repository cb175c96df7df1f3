/** The read side: orders as they are shown, and the log of one order as it grows. Flat on purpose. */
@NullMarked
package io.meridian.order.viewing;

import org.jspecify.annotations.NullMarked;
