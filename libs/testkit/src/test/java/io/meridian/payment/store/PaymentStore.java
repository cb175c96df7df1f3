package io.meridian.payment.store;

import io.meridian.deadline.DeadlineScope;

/** Below an entry: what must go on without the caller is detached. */
public final class PaymentStore {

    public String givesBack() {
        return DeadlineScope.detached("give back", "given back");
    }

    public Thread beside() {
        return Thread.ofVirtual().name("beside").start(() -> {});
    }
}
