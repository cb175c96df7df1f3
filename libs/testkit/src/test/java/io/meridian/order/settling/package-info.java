/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.settling;

import org.jspecify.annotations.NullMarked;
