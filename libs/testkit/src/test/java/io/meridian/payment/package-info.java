/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.payment;

import org.jspecify.annotations.NullMarked;
