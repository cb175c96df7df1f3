/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.payment.model;

import org.jspecify.annotations.NullMarked;
