package io.meridian.payment.authorising;

import io.meridian.payment.model.Amount;
import java.time.InstantSource;

/** A use case that is told the time. */
public final class Authorise {

    private final InstantSource time;

    public Authorise(InstantSource time) {
        this.time = time;
    }

    public Amount authorise(long cents) {
        return new Amount(cents, time.instant());
    }
}
