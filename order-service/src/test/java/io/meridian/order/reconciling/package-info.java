@NullMarked
package io.meridian.order.reconciling;

import org.jspecify.annotations.NullMarked;
