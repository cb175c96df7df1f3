/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.remote;

import org.jspecify.annotations.NullMarked;
