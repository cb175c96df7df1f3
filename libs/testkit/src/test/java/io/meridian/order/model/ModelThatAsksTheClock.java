package io.meridian.order.model;

import java.time.Instant;

/** Breach: time is an argument. */
public final class ModelThatAsksTheClock {

    public Instant at() {
        return Instant.now();
    }
}
