/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.store;

import org.jspecify.annotations.NullMarked;
