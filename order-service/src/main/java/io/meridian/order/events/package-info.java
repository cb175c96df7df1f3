/** What this service announces on {@code orders.v1}, and what it hears on {@code inventory.v1} and {@code payments.v1}. */
@NullMarked
package io.meridian.order.events;

import org.jspecify.annotations.NullMarked;
