package io.meridian.inventory.holding;

import java.util.function.Supplier;

/** For fakes that have nothing to roll back. */
public final class NoTransaction implements Atomically {

    @Override
    public <T> T run(Supplier<T> changes) {
        return changes.get();
    }
}
