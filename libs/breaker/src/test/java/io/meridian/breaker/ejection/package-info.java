@NullMarked
package io.meridian.breaker.ejection;

import org.jspecify.annotations.NullMarked;
