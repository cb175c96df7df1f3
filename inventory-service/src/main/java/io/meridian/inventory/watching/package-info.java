/** Shows the stock as it changes, to many at once: read from one log, in the order of its commits, whichever instance made them. */
@NullMarked
package io.meridian.inventory.watching;

import org.jspecify.annotations.NullMarked;
