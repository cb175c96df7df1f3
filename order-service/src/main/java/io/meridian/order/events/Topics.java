package io.meridian.order.events;

/** The topics this service writes and reads. */
public final class Topics {

    public static final String ORDERS = "orders.v1";
    public static final String INVENTORY = "inventory.v1";
    public static final String PAYMENTS = "payments.v1";

    private Topics() {}
}
