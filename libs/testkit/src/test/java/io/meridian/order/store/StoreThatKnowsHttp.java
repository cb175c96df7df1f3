package io.meridian.order.store;

import io.meridian.order.http.OrderDoor;

/** Breach: edges never import one another. */
public record StoreThatKnowsHttp(OrderDoor door) {}
