package io.meridian.breaker;

import java.util.concurrent.CountDownLatch;

/** Breach, unless it is named with a reason. */
public final class CoreThatWaits {

    public void waits(CountDownLatch latch) throws InterruptedException {
        new Inner().waits(latch);
    }

    private static final class Inner {
        void waits(CountDownLatch latch) throws InterruptedException {
            latch.await();
        }
    }
}
