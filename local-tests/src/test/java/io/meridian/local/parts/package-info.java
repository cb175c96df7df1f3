/** The parts are started for real here. */
@NullMarked
package io.meridian.local.parts;

import org.jspecify.annotations.NullMarked;
