package io.meridian.edges.faults;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does things later. */
interface Timer {

    /** Runs {@code task}, which must not block, after {@code nanos}; the result calls that off. */
    Runnable after(long nanos, Runnable task);

    /** Nothing is run any more. */
    void stop();

    /** One thread, which is there only while there is something to wait for. */
    static Timer onThisMachine() {
        var threads = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("faults").daemon().factory());
        threads.setRemoveOnCancelPolicy(true);
        threads.setKeepAliveTime(10, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
        return new Timer() {
            @Override
            public Runnable after(long nanos, Runnable task) {
                var scheduled = threads.schedule(task, nanos, TimeUnit.NANOSECONDS);
                return () -> scheduled.cancel(false);
            }

            @Override
            public void stop() {
                threads.shutdownNow();
            }
        };
    }
}
