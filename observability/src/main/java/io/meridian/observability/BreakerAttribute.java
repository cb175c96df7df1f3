package io.meridian.observability;

import io.micrometer.common.docs.KeyName;

/** What spans say of breakers. Never the tags of a metric. */
public enum BreakerAttribute implements KeyName {

    /** On the span of whoever was refused a call: the dependency that was not asked and why, such as {@code payment: open}. */
    REJECTED("breaker.rejected");

    private final String name;

    BreakerAttribute(String name) {
        this.name = name;
    }

    @Override
    public String asString() {
        return name;
    }
}
