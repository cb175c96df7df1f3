/** Inventory and payment over gRPC. What a status means for an order is written in {@link Verdict} and nowhere else. */
@NullMarked
package io.meridian.order.remote;

import org.jspecify.annotations.NullMarked;
