package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Transition;

/** Hears what was decided about money, once, after it is written; for people who read logs. */
public interface Decisions {

    /** The provider's answer led to another state. */
    void decided(Transition transition);

    /** The void came before anybody asked for money. */
    void closed(OrderId orderId);

    /** Others were told something that no change goes with, because of {@code why}. */
    void announced(OrderId orderId, Fact fact, String why);

    /** The provider contradicts our journal; it is tried again, but only a person can settle it. */
    void contradicted(OrderId orderId, String how);

    /** A fault kept an overdue payment from being finished; it is due again. */
    void postponed(OrderId orderId, RuntimeException fault);
}
