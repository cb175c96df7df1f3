/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.payment.store;

import org.jspecify.annotations.NullMarked;
