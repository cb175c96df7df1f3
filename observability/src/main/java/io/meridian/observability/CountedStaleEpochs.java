package io.meridian.observability;

import java.util.function.LongSupplier;

/**
 * A door that does nothing for a driver of an order whom a later one has overtaken, and counts how often; published as
 * {@link SagaMeter#STALE_EPOCHS}.
 */
public interface CountedStaleEpochs {

    /** What is asked for there, as one word in the plural. */
    String name();

    /** How many requests were refused; only grows. */
    long refused();

    /** What {@code refused} counts, under the name {@code name}. */
    static CountedStaleEpochs of(String name, LongSupplier refused) {
        return new CountedStaleEpochs() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long refused() {
                return refused.getAsLong();
            }
        };
    }
}
