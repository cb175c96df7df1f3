/** What the services have put aside: looking at it, and giving it back to the topic it came from. */
@NullMarked
package io.meridian.local.letters;

import org.jspecify.annotations.NullMarked;
