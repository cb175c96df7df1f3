/**
 * Places an order: journal first, hold the stock, reserve the money, confirm. What it needs from others is named here as ports
 * ({@link io.meridian.order.placing.Stock}, {@link io.meridian.order.placing.Payments},
 * {@link io.meridian.order.placing.Orders}) and knows no technology.
 */
@NullMarked
package io.meridian.order.placing;

import org.jspecify.annotations.NullMarked;
