/** Clients of the platform who do what clients do: order, look, change their minds, and ask again when they got no answer. */
@NullMarked
package io.meridian.system.load;

import org.jspecify.annotations.NullMarked;
