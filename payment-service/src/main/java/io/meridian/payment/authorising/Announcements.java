package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import java.time.Instant;

/** Tells everyone what happened to the money of an order, if and only if the caller's transaction commits. */
@FunctionalInterface
public interface Announcements {

    void announce(OrderId orderId, Fact fact, Instant at);
}
