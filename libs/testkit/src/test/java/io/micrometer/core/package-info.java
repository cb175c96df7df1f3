/** A fixture of HouseRulesTest. */
@NullMarked
package io.micrometer.core;

import org.jspecify.annotations.NullMarked;
