package io.meridian.order.placing;

import io.meridian.order.model.Order;

/**
 * An order as the journal has it, and what a writer must know to change it.
 *
 * @param version grows with each change of state; who writes over an older one is refused
 * @param epoch grows with each owner that takes over the driving; an earlier owner's writes are refused
 */
public record Entry(Order order, long version, long epoch) {}
