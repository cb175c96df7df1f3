package io.meridian.inventory.holding;

import java.util.function.Supplier;

/** Makes several changes one: all of them become visible together, or an exception undoes them together. */
@FunctionalInterface
public interface Atomically {

    <T> T run(Supplier<T> changes);
}
