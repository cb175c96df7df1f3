package io.meridian.order.store;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import java.util.function.BiFunction;

/** Breach: only an entry point opens a scope, also by method reference. */
public final class StoreThatOpensAScope {

    public DeadlineScope direct() {
        return DeadlineScope.root("store", new Deadline(1));
    }

    public BiFunction<String, Deadline, DeadlineScope> referred() {
        return DeadlineScope::root;
    }
}
