/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.breaker;

import org.jspecify.annotations.NullMarked;
