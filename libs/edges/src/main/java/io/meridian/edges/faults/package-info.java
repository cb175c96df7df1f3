/** Faults set on purpose, for a while, on the calls that come in or go out: what they are, whom they strike, and the desk that takes them. */
@NullMarked
package io.meridian.edges.faults;

import org.jspecify.annotations.NullMarked;
