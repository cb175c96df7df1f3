/** What every door of a service does alike, whichever technology the door is made of. */
@NullMarked
package io.meridian.edges;

import org.jspecify.annotations.NullMarked;
