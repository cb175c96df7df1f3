/** Setting stock aside for orders, and everything that can become of it: sold, given back, expired, lost. */
@NullMarked
package io.meridian.inventory.holding;

import org.jspecify.annotations.NullMarked;
