package io.meridian.benchmarks.deadline;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * JMH's threads, each at work for a request as long as it lives. So a benchmark reads the scope in a method of its own, which the
 * compiler cannot lift out of a loop, and pays nothing for opening it.
 */
public final class ThreadsInAScope extends ThreadPoolExecutor {

    static final String KIND = "-Djmh.executor=CUSTOM";
    static final String CLASS = "-Djmh.executor.class=io.meridian.benchmarks.deadline.ThreadsInAScope";

    /** As JMH calls it. */
    public ThreadsInAScope(int most, String prefix) {
        super(most, most, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> Thread.ofPlatform()
                .name(prefix)
                .daemon()
                .unstarted(() -> DeadlineScope.root("benchmark", Deadline.after(Duration.ofDays(1)))
                        .run(work)));
    }
}
