/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.order;

import org.jspecify.annotations.NullMarked;
