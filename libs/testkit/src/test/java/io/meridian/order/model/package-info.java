/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order.model;

import org.jspecify.annotations.NullMarked;
