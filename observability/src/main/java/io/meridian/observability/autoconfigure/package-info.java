/** Sets up the three signals in a service that has this starter and nothing else. */
@NullMarked
package io.meridian.observability.autoconfigure;

import org.jspecify.annotations.NullMarked;
