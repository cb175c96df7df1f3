package io.meridian.order.placing;

import java.util.function.LongSupplier;

/** Breach: time is an argument, also by method reference. */
public final class UseCaseThatMeasures {

    public long direct() {
        return System.currentTimeMillis();
    }

    public LongSupplier referred() {
        return System::nanoTime;
    }
}
