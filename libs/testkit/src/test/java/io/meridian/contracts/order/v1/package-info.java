/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.contracts.order.v1;

import org.jspecify.annotations.NullMarked;
