@NullMarked
package io.meridian.gateway.stock;

import org.jspecify.annotations.NullMarked;
