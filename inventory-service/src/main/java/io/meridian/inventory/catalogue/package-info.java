/** Looking at what there is: one product, or page after page of them. */
@NullMarked
package io.meridian.inventory.catalogue;

import org.jspecify.annotations.NullMarked;
