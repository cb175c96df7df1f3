/** Follows what there is to follow, as long as the application runs. */
@NullMarked
package io.meridian.snapshot.autoconfigure;

import org.jspecify.annotations.NullMarked;
