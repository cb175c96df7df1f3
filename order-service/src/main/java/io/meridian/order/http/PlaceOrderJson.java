package io.meridian.order.http;

import io.meridian.order.model.Draft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request to place an order; anything may be missing until it is checked. */
record PlaceOrderJson(
        @Nullable String customerId,
        @Nullable List<Draft.@Nullable Item> items,
        @Nullable PaymentJson payment) {

    record PaymentJson(@Nullable String token) {}

    Draft toDraft() {
        return Draft.parse(customerId, items, payment == null ? null : payment.token());
    }
}
