/** What the parts stand on; they are started for real in {@code local-tests}. */
@NullMarked
package io.meridian.local.parts;

import org.jspecify.annotations.NullMarked;
