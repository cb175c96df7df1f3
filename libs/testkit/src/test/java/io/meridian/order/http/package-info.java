/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.http;

import org.jspecify.annotations.NullMarked;
