/** Orders over HTTP, as section 3 of the design has them. */
@NullMarked
package io.meridian.order.http;

import org.jspecify.annotations.NullMarked;
