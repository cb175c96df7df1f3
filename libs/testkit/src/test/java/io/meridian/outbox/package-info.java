/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.outbox;

import org.jspecify.annotations.NullMarked;
