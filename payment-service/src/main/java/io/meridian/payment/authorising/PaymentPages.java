package io.meridian.payment.authorising;

import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All payments, page by page, for whoever compares them with what others have. */
public interface PaymentPages {

    /** The most payments of one page, and how many there are when nobody says. */
    int MAX_LIMIT = 500;

    int DEFAULT_LIMIT = 100;

    /**
     * The payments that follow {@code after} by order id, as the database sorts UUIDs; orders for which nobody asked for money are left
     * out. Payments that come meanwhile move no page.
     *
     * @param after null for the first page; needs no payment of its own
     */
    List<Payment> after(@Nullable OrderId after, int limit);
}
