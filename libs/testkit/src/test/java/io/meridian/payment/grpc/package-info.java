/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.payment.grpc;

import org.jspecify.annotations.NullMarked;
