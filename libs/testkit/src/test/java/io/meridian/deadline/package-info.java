/** A fixture of HouseRulesTest. */
@NullMarked
package io.meridian.deadline;

import org.jspecify.annotations.NullMarked;
