/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.breaker.http;

import org.jspecify.annotations.NullMarked;
