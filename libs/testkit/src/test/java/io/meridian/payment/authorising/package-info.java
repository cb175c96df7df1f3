/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.payment.authorising;

import org.jspecify.annotations.NullMarked;
