/** What happens only because time passes. */
@NullMarked
package io.meridian.inventory.clock;

import org.jspecify.annotations.NullMarked;
