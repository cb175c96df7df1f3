package io.meridian.local.oracle;

import java.util.Arrays;
import java.util.List;

/**
 * Who hears what, and under which name in which inbox.
 *
 * @see io.meridian.local.oracle.Evidence.Heard
 */
enum Consumer {
    INVENTORY_ORDERS("inventory-orders", "inventory-service", "orders.v1"),
    PAYMENT_ORDERS("payment-orders", "payment-service", "orders.v1"),
    ORDER_INVENTORY("order-inventory", "order-service", "inventory.v1"),
    ORDER_PAYMENTS("order-payments", "order-service", "payments.v1");

    private final String id;
    private final String group;
    private final String topic;

    Consumer(String id, String group, String topic) {
        this.id = id;
        this.group = group;
        this.topic = topic;
    }

    String id() {
        return id;
    }

    String group() {
        return group;
    }

    String topic() {
        return topic;
    }

    static List<Consumer> of(String topic) {
        return Arrays.stream(values()).filter(it -> it.topic.equals(topic)).toList();
    }
}
