/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.placing;

import org.jspecify.annotations.NullMarked;
