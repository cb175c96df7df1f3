/** The starter: each leg is there when its technology is. */
@NullMarked
package io.meridian.breaker.autoconfigure;

import org.jspecify.annotations.NullMarked;
