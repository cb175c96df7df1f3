/** Payments over HTTP, to be looked at. */
@NullMarked
package io.meridian.payment.http;

import org.jspecify.annotations.NullMarked;
