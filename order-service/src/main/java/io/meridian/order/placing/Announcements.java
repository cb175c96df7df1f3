package io.meridian.order.placing;

import io.meridian.order.model.Order;

/** Tells the others that an order was confirmed, rejected or cancelled. Joins the transaction in which that is written. */
@FunctionalInterface
public interface Announcements {

    void announce(Order ended);
}
